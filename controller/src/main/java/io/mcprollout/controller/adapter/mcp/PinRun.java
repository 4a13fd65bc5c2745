package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Deadline;
import io.mcprollout.controller.egress.Redaction;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.PinTest.Way;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/*
 * One request on each session that is still open from an earlier test; then a new session with each version through its probe
 * rule, and twenty requests on each with nothing but its id. Confined to the event loop of the crew's context.
 */
/** One test whether sessions stay with the version that minted them. */
final class PinRun {
    /** Requests on each new session: where weights decided instead of a rule, even 90 of 100 would not get through twenty unseen. */
    static final int REQUESTS = 20;

    /** Longest text of a session's id that is shown. */
    private static final int SHOWN = 12;

    private final Crew crew;
    private final ProbeOrder order;
    private final Script script;
    private final Credentials.Held held;
    private final SplittableRandom random;
    private final BooleanSupplier isOver;
    private final Redaction redaction;
    private final Deadline deadline;
    private final Echo echo;
    private final Instant begun;
    private final String trace;
    private final List<McpSession> opened = new ArrayList<>();

    /**
     * What a test found.
     *
     * @param minted new sessions, still open
     * @param lost sessions of earlier tests that are no more
     * @param opened sessions that were begun, whatever became of them
     */
    record Found(
            PinTest test,
            Collection<Minted> minted,
            Collection<Minted> lost,
            Collection<McpSession> opened,
            Optional<Duration> pause,
            boolean isDoubtful) {}

    /** A version did not know the session that it had just minted. */
    private static final class Forgotten extends Exception {
        private final transient PinId pin;

        Forgotten(PinId pin, Throwable cause) {
            super(String.valueOf(cause.getMessage()), null, false, false);
            this.pin = pin;
        }
    }

    private record Followed(Minted minted, Verdict verdict, int served) {}

    PinRun(
            Crew crew,
            ProbeOrder order,
            Script script,
            Credentials.Held held,
            Echo echo,
            SplittableRandom random,
            BooleanSupplier isOver) {
        this.crew = crew;
        this.order = order;
        this.script = script;
        this.held = held;
        this.echo = echo;
        this.random = random;
        this.isOver = isOver;
        this.redaction = new Redaction(
                Stream.concat(Stream.of(order.token()), held.bearer().stream()).toList());
        this.deadline = Deadline.after(order.spec().timeout().multipliedBy(3));
        this.begun = crew.clock().instant();
        this.trace = Traces.trace(random);
    }

    /** Makes the test; the future never fails. */
    Future<Found> make(Collection<Minted> kept) {
        return follow(kept.stream().filter(minted -> isKept(minted.pin())).toList(), 1)
                .compose(old -> {
                    Optional<PinTest> bad = bad(old, true);
                    if (bad.isPresent()) {
                        return Future.succeededFuture(found(bad.get(), List.of(), old));
                    }
                    int served = served(old);
                    return begin().compose(sessions -> judge(sessions, served));
                })
                .otherwise(this::unmade);
    }

    private Future<Found> judge(List<Minted> sessions, int before) {
        Optional<Minted> candidate = of(order.candidatePin(), sessions);
        if (sessions.isEmpty()) {
            return Future.succeededFuture(found(nothing(), sessions, List.of()));
        }
        if (candidate.isPresent() && candidate.get().way().isEmpty()) {
            return Future.succeededFuture(found(untagged(candidate.get()), sessions, List.of()));
        }
        return follow(sessions, REQUESTS).map(all -> {
            PinTest passed = new PinTest.Passed(begun, way(sessions), before + served(all));
            return found(bad(all, false).orElse(passed), sessions, all);
        });
    }

    /* A version whose sessions are ended has none to be kept. */
    private Future<List<Minted>> begin() {
        List<Future<Optional<Minted>>> both = Stream.of(order.stablePin(), order.candidatePin())
                .filter(this::isKept)
                .map(this::begin)
                .toList();
        return Future.join(both)
                .map(all -> both.stream()
                        .map(Future::result)
                        .flatMap(Optional::stream)
                        .toList());
    }

    private boolean isKept(PinId pin) {
        return pin(pin).map(known -> !known.ended()).orElse(true);
    }

    private PinTest nothing() {
        return isKept(order.stablePin()) && isKept(order.candidatePin())
                ? new PinTest.Stateless(begun)
                : new PinTest.Unanswered(begun, "sessions are ended by the rules, so nothing is left to be tested");
    }

    private Future<Optional<Minted>> begin(PinId pin) {
        Duration usual = order.spec().timeout();
        Duration left = deadline.left();
        McpSession session =
                crew.session(visit(pin, Deadline.after(usual.compareTo(left) < 0 ? usual : left)), redaction, random);
        opened.add(session);
        Instant now = crew.clock().instant();
        return session.open()
                .map(open -> session.id()
                        .map(id -> new Minted(pin, id, session.protocol(), Minted.way(id, tags(pin)), now, session)))
                .recover(cause -> Future.failedFuture(isForgotten(cause, session) ? new Forgotten(pin, cause) : cause));
    }

    /* Another pod of the version got the second request, and the probe rule saw to it that it was none of the other version's. */
    private static boolean isForgotten(Throwable cause, McpSession session) {
        return session.id().isPresent()
                && cause instanceof Failure failure
                && (failure.code() == ProbeCode.SESSION_LOST || failure.code() == ProbeCode.INITIALIZED_REJECTED);
    }

    private Future<List<Followed>> follow(Collection<Minted> sessions, int requests) {
        FollowUpJudge judge = new FollowUpJudge(order.sessions(), redaction, crew.clock());
        List<Future<Followed>> all = sessions.stream()
                .map(minted -> {
                    FollowUps followUps =
                            new FollowUps(crew, visit(minted.pin(), deadline), minted, judge, random, isOver);
                    return followUps.make(requests).map(verdict -> new Followed(minted, verdict, followUps.served()));
                })
                .toList();
        return Future.join(all).map(done -> all.stream().map(Future::result).toList());
    }

    private Visit visit(PinId pin, Deadline until) {
        return new Visit(script, pin, order.token(), held.bearer(), held.ca(), trace, until, echo);
    }

    private Optional<PinTest> bad(List<Followed> all, boolean isOld) {
        for (Followed one : all) {
            if (one.verdict() instanceof Verdict.Lost lost) {
                String which = isOld ? "a session begun " + age(one.minted()) + " ago " : "a session just begun ";
                return Optional.of(
                        new PinTest.Lost(begun, one.minted().pin().slot(), lost.ownPods(), which + lost.what()));
            }
        }
        return all.stream()
                .map(Followed::verdict)
                .filter(Verdict.Nothing.class::isInstance)
                .map(Verdict.Nothing.class::cast)
                .findFirst()
                .map(nothing -> new PinTest.Unanswered(begun, nothing.cause()));
    }

    private Found found(PinTest test, List<Minted> sessions, List<Followed> followed) {
        List<Minted> lost = followed.stream()
                .filter(one -> one.verdict() instanceof Verdict.Lost)
                .map(Followed::minted)
                .toList();
        Optional<Duration> pause = followed.stream()
                .map(Followed::verdict)
                .flatMap(verdict ->
                        verdict instanceof Verdict.Nothing nothing ? nothing.pause().stream() : Stream.empty())
                .findFirst();
        return new Found(test, sessions, lost, opened, pause, false);
    }

    private Found unmade(Throwable cause) {
        if (cause instanceof Forgotten forgotten) {
            String what = FollowUpJudge.forgotten(forgotten.pin.toString(), String.valueOf(forgotten.getMessage()));
            PinTest test = new PinTest.Lost(begun, forgotten.pin.slot(), true, "a session just begun " + what);
            return new Found(test, List.of(), List.of(), opened, Optional.empty(), false);
        }
        if (cause instanceof Failure failure) {
            boolean isDoubtful = failure.code() == ProbeCode.AUTH_CHALLENGE || failure.code() == ProbeCode.TLS_FAIL;
            PinTest test = new PinTest.Unanswered(begun, Objects.toString(failure.getMessage(), ""));
            return new Found(test, List.of(), List.of(), opened, failure.retryAfter(), isDoubtful);
        }
        String what = "the prober failed with " + cause.getClass().getSimpleName();
        return new Found(new PinTest.Unanswered(begun, what), List.of(), List.of(), opened, Optional.empty(), false);
    }

    private PinTest untagged(Minted candidate) {
        String id = candidate.id();
        String shown = redaction.clean(id, SHOWN);
        Set<String> tags = tags(candidate.pin());
        String wanted = tags.isEmpty()
                ? "its pod-template-hash and " + TrafficPlan.TAG_END
                : String.join(
                        " or ",
                        tags.stream().map(tag -> tag + TrafficPlan.TAG_END).toList());
        return new PinTest.Untagged(
                begun,
                "session ids of " + candidate.pin() + " begin with \"" + shown
                        + "\", so nothing can tell its sessions from"
                        + " others; let the server begin them with " + wanted + ", given to it as MCP_REVISION by the"
                        + " downward API (metadata.labels['pod-template-hash']), or install the gateway's script, which"
                        + " makes them begin with " + Minted.MARK);
    }

    /* Stable's sessions stand in for those of a candidate that mints none. */
    private Way way(List<Minted> sessions) {
        return of(order.candidatePin(), sessions)
                .or(() -> sessions.stream().findFirst())
                .flatMap(Minted::way)
                .orElse(Way.SERVER_MINTED);
    }

    private String age(Minted minted) {
        long seconds = Duration.between(minted.begun(), crew.clock().instant()).toSeconds();
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
    }

    private Set<String> tags(PinId pin) {
        return pin(pin).map(Pin::tags).orElse(Set.of());
    }

    private Optional<Pin> pin(PinId pin) {
        return Optional.ofNullable(order.sessions().pins().get(pin.slot()));
    }

    private static Optional<Minted> of(PinId pin, List<Minted> sessions) {
        return sessions.stream().filter(minted -> minted.pin().equals(pin)).findFirst();
    }

    private static int served(List<Followed> all) {
        return all.stream().mapToInt(Followed::served).sum();
    }
}
