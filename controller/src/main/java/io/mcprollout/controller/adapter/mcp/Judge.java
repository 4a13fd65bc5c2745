package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Answer;
import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.egress.Answer.Missing;
import io.mcprollout.controller.egress.Redaction;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/*
 * Order of judgement, for every answer: does it come from the version that was asked, did it come whole, what does its
 * status mean, is it JSON-RPC. Only then the step looks at what it says.
 */
/** Judges what every step of a session would judge alike. */
final class Judge {
    private static final int DETAIL_LENGTH = 200;

    private final PinId pin;
    private final Redaction redaction;
    private final Clock clock;

    Judge(PinId pin, Redaction redaction, Clock clock) {
        this.pin = pin;
        this.redaction = redaction;
        this.clock = clock;
    }

    /**
     * What is being judged.
     *
     * @param step as messages name it
     * @param held whether we hold a session that the server minted
     * @param refused code of a 4xx that says nothing more
     */
    record Case(String step, boolean held, ProbeCode refused) {}

    /** A failure of a step; its detail is cleaned of secrets and bounded. */
    Failure failure(ProbeCode code, String step, String what) {
        return failure(code, step, what, Optional.empty());
    }

    private Failure failure(ProbeCode code, String step, String what, Optional<Duration> pause) {
        return new Failure(code, redaction.clean(step + ": " + what, DETAIL_LENGTH), pause);
    }

    /** Judges the answer to a notification: any 2xx will do. */
    void acknowledgement(Case of, Hearing hearing, Answer answer) throws Failure {
        Head head = arrived(of, hearing, answer);
        if (head.status() >= 300) {
            throw refused(of, hearing, head);
        }
    }

    /** Judges the answer to a request; empty when a stream ended well but without a response. */
    Optional<Reply> response(Case of, Hearing hearing, Answer answer) throws Failure {
        Head head = arrived(of, hearing, answer);
        if (head.status() >= 300) {
            return Optional.of(refusal(of, hearing, head));
        }
        String type = head.mediaType();
        if (head.status() != 200 || !(hearing.isStream() || type.equals("application/json"))) {
            String seen = type.isEmpty() ? "no content type" : type;
            throw failure(
                    ProbeCode.CONTENT_TYPE,
                    of.step(),
                    "HTTP " + head.status() + " with " + seen + " where JSON or an event stream is due");
        }
        Optional<Message> message = hearing.message();
        return message.isEmpty() ? Optional.empty() : Optional.of(reply(of, hearing, message.get()));
    }

    private Reply reply(Case of, Hearing hearing, Message message) throws Failure {
        return switch (message) {
            case Message.Result result -> new Reply.Result(result.value(), hearing.bytes());
            case Message.Refusal error -> {
                if (of.held() && error.code() == -32601 && error.message().contains("initialize")) {
                    throw failure(ProbeCode.SESSION_LOST, of.step(), "error -32601: " + error.message());
                }
                yield new Reply.Refusal(error.code(), error.message(), 200);
            }
            case Message.Plea plea ->
                throw failure(
                        ProbeCode.INPUT_REQUIRED,
                        of.step(),
                        "the server asks back with " + plea.method() + "; probe another tool");
            case Message.Wrong wrong -> throw failure(wrong.code(), of.step(), wrong.detail());
            case Message.Aside aside -> throw failure(ProbeCode.NOT_JSONRPC, of.step(), "the answer is no response");
        };
    }

    /* A 4xx: a JSON-RPC error is the step's own to judge, unless it says that our session is gone. */
    private Reply refusal(Case of, Hearing hearing, Head head) throws Failure {
        boolean isPlain = of.refused() != ProbeCode.HTTP_4XX || (head.status() == 404 && of.held());
        if (isPlain || !(hearing.message().orElse(null) instanceof Message.Refusal error)) {
            throw refused(of, hearing, head);
        }
        if (of.held() && head.status() == 400 && error.code() <= -32000 && error.code() > -32010) {
            throw failure(ProbeCode.SESSION_LOST, of.step(), "HTTP 400 error " + error.code() + ": " + error.message());
        }
        return new Reply.Refusal(error.code(), error.message(), head.status());
    }

    private Failure refused(Case of, Hearing hearing, Head head) {
        ProbeCode code = head.status() == 404 && of.held() ? ProbeCode.SESSION_LOST : of.refused();
        return failure(code, of.step(), "HTTP " + head.status() + quote(hearing));
    }

    /* The head of an answer that came whole, from the right version, with a status that a step may judge. */
    private Head arrived(Case of, Hearing hearing, Answer answer) throws Failure {
        if (hearing.head().isPresent()) {
            prove(of, hearing.head().get());
        }
        if (answer instanceof Missing missing) {
            throw failure(codeOf(missing, hearing), of.step(), missing.detail());
        }
        Head head = ((Answer.Received) answer).head();
        Optional<ProbeCode> code = StatusRules.judge(head, hearing.text());
        if (code.isPresent()) {
            throw failure(
                    code.get(),
                    of.step(),
                    "HTTP " + head.status() + server(head) + quote(hearing),
                    code.get() == ProbeCode.HTTP_429
                            ? Optional.of(StatusRules.pause(head, clock.instant()))
                            : Optional.empty());
        }
        return head;
    }

    private void prove(Case of, Head head) throws Failure {
        String proof = head.header(TrafficPlan.VARIANT).orElse("");
        if (!proof.equals(pin.toString())) {
            String seen =
                    proof.isEmpty() ? "without " + TrafficPlan.VARIANT : "with " + TrafficPlan.VARIANT + " " + proof;
            throw failure(
                    ProbeCode.VARIANT_UNPROVEN, of.step(), "HTTP " + head.status() + " " + seen + ", not from " + pin);
        }
    }

    private static ProbeCode codeOf(Missing missing, Hearing hearing) {
        return switch (missing.fault()) {
            case FORBIDDEN -> ProbeCode.PROBER_FAULT;
            case UNRESOLVED -> ProbeCode.DNS_FAIL;
            case UNREACHABLE -> ProbeCode.TCP_REFUSED;
            case CONNECT_TIMEOUT -> ProbeCode.TCP_TIMEOUT;
            case TLS -> ProbeCode.TLS_FAIL;
            case DEADLINE -> ProbeCode.TIMEOUT;
            case TOO_LARGE -> ProbeCode.RESPONSE_TOO_LARGE;
            case CUT -> hearing.isStream() ? ProbeCode.SSE_ENDED_NO_RESPONSE : ProbeCode.CONNECTION_CUT;
        };
    }

    private static String server(Head head) {
        return head.status() >= 500
                ? head.header("server").map(name -> " from " + name).orElse("")
                : "";
    }

    private static String quote(Hearing hearing) {
        String text = hearing.text().strip();
        return text.isEmpty() ? "" : ": " + text;
    }
}
