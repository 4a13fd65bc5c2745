package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Answer;
import io.mcprollout.controller.egress.Answer.Fault;
import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.egress.Answer.Missing;
import io.mcprollout.controller.egress.Redaction;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/*
 * Who was chosen is judged before what was said: an answer of another version is a lost session whatever it says, and also
 * when it was cut. A proxy's own 503 names who was chosen too, so only a result proves that a session was served.
 */
/** Judges answers to requests that carry nothing but the id of a session. */
final class FollowUpJudge {
    private static final int DETAIL_LENGTH = 300;

    /** Statuses by which a proxy says that it got no answer. */
    private static final Set<Integer> UNANSWERED = Set.of(502, 503, 504);

    private final Sessions sessions;
    private final Redaction redaction;
    private final Clock clock;

    FollowUpJudge(Sessions sessions, Redaction redaction, Clock clock) {
        this.sessions = sessions;
        this.redaction = redaction;
        this.clock = clock;
    }

    Verdict judge(Minted minted, Hearing hearing, Answer answer) {
        Optional<Head> head = hearing.head();
        Optional<String> named = head.flatMap(arrived -> arrived.header(TrafficPlan.VARIANT));
        String own = minted.pin().toString();
        if (head.isPresent() && named.isPresent() && !named.get().equals(own)) {
            return lost(
                    false,
                    "with " + own + " went on at " + named.get() + ", which answered HTTP "
                            + head.get().status() + quote(hearing) + ": no rule keeps it where it was minted");
        }
        if (answer instanceof Missing missing) {
            boolean isFinal = missing.fault() == Fault.FORBIDDEN || missing.fault() == Fault.TOO_LARGE;
            return new Verdict.Nothing(!isFinal, clean(own + ": " + missing.detail()), Optional.empty());
        }
        return judge(minted, hearing, ((Answer.Received) answer).head(), named);
    }

    private Verdict judge(Minted minted, Hearing hearing, Head head, Optional<String> named) {
        String own = minted.pin().toString();
        String status = "HTTP " + head.status() + quote(hearing);
        if (UNANSWERED.contains(head.status())) {
            return new Verdict.Nothing(true, clean(own + ": " + status), Optional.empty());
        }
        if (head.status() == 429) {
            return new Verdict.Nothing(
                    false, clean(own + ": " + status), Optional.of(StatusRules.pause(head, clock.instant())));
        }
        if (head.status() != 200) {
            return refused(minted, named, status, head.status() == 404 || head.status() == 400);
        }
        Optional<Message> message = hearing.message();
        if (message.isEmpty()) {
            return new Verdict.Nothing(true, own + ": the stream ended without a response", Optional.empty());
        }
        return switch (message.get()) {
            case Message.Result result ->
                named.isPresent() || minted.way().isEmpty() ? new Verdict.Served() : nobody(own, "HTTP 200");
            case Message.Refusal error ->
                refused(minted, named, "HTTP 200 with error " + error.code() + ": " + error.message(), true);
            case Message.Wrong wrong -> refused(minted, named, "HTTP 200, but " + wrong.detail(), false);
            case Message.Plea plea -> refused(minted, named, "HTTP 200, but asks back with " + plea.method(), false);
            case Message.Aside aside -> refused(minted, named, "HTTP 200, but with no response", false);
        };
    }

    /* An id without a tag goes by the rule for such ids, which may name nobody; where it leads is known all the same. */
    private Verdict refused(Minted minted, Optional<String> named, String status, boolean isForgotten) {
        String own = minted.pin().toString();
        boolean isAdopted = minted.way().isEmpty()
                && sessions.adoption().equals(Optional.of(minted.pin().slot()));
        if (named.isEmpty() && !isAdopted) {
            return nobody(own, status);
        }
        return lost(
                true,
                isForgotten ? forgotten(own, status) : "with " + own + " was refused by " + own + " itself: " + status);
    }

    /** The rest of a sentence on a session that a pod of its own version does not know. */
    static String forgotten(String own, String status) {
        return "with " + own + " was refused by " + own + " itself: " + status
                + ": the pod that answered does not know it; give the version's pods session affinity (consistentHash on the"
                + " header mcp-session-id) or one replica";
    }

    private Verdict nobody(String own, String status) {
        return lost(
                false,
                "with " + own + " was answered " + status + " without " + TrafficPlan.VARIANT
                        + ": no rule keeps it where it was minted");
    }

    private Verdict lost(boolean ownPods, String what) {
        return new Verdict.Lost(ownPods, clean(what));
    }

    private String clean(String text) {
        return redaction.clean(text, DETAIL_LENGTH);
    }

    private static String quote(Hearing hearing) {
        String text = hearing.text().strip();
        return text.isEmpty() ? "" : " (" + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + ")";
    }
}
