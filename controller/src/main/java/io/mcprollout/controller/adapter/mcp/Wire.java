package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.mcp.Judge.Case;
import io.mcprollout.controller.egress.Answer;
import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.egress.BoundedJson;
import io.mcprollout.controller.egress.Deadline;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.HttpCall;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP side of one session: sends JSON-RPC messages and has the answers judged. Confined to the event loop of one context. */
final class Wire {
    /** How long to wait before a stream is asked for again when the server does not say. */
    private static final Duration USUAL_RETRY = Duration.ofMillis(100);

    /** How long the server may take to forget a session. */
    static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final GuardedClient http;
    private final Visit visit;
    private final Judge judge;
    private final RequestLog log;
    private final SplittableRandom random;
    private long lastId;
    private String version = "";
    private Optional<String> session = Optional.empty();
    private Optional<Instant> firstSent = Optional.empty();

    Wire(Vertx vertx, GuardedClient http, Visit visit, Judge judge, RequestLog log, SplittableRandom random) {
        this.vertx = vertx;
        this.http = http;
        this.visit = visit;
        this.judge = judge;
        this.log = log;
        this.random = random;
    }

    /** Session id that the server minted. */
    Optional<String> session() {
        return session;
    }

    /** When the first request was sent; empty when there never was a connection. */
    Optional<Instant> firstSent() {
        return firstSent;
    }

    /** From now on requests carry this version. */
    void speak(String negotiated) {
        version = negotiated;
    }

    /** Sends a request and gives its result or error; fails with a {@link Failure}. */
    Future<Reply> request(String step, String method, ObjectNode params) {
        long id = ++lastId;
        ObjectNode message = envelope(method, params).put("id", id);
        Hearing hearing = hearing(id);
        return exchange(HttpMethod.POST, post(), message, visit.deadline(), hearing)
                .compose(answer -> attempt(() -> {
                    Case of = new Case(step, session.isPresent(), ProbeCode.HTTP_4XX);
                    learnSession(step, hearing);
                    return judge.response(of, hearing, answer);
                }))
                .compose(reply -> reply.map(Future::succeededFuture).orElseGet(() -> poll(step, id, hearing)));
    }

    /** Sends a notification; fails with a {@link Failure}. */
    Future<Void> notify(String method) {
        Hearing hearing = hearing(0);
        Case of = new Case(method, session.isPresent(), ProbeCode.INITIALIZED_REJECTED);
        return exchange(HttpMethod.POST, post(), envelope(method, BoundedJson.object()), visit.deadline(), hearing)
                .compose(answer -> attempt(() -> {
                    judge.acknowledgement(of, hearing, answer);
                    return hearing;
                }))
                .mapEmpty();
    }

    /** Ends the session if there is one; what comes of it is nobody's failure. */
    void end() {
        if (session.isPresent()) {
            Duration usual = visit.script().spec().timeout();
            Deadline deadline = Deadline.after(GOODBYE.compareTo(usual) < 0 ? GOODBYE : usual);
            exchange(HttpMethod.DELETE, headers(), null, deadline, hearing(0));
        }
    }

    private Future<Reply> poll(String step, long id, Hearing before) {
        String event = before.events().lastEventId();
        boolean mayPoll = Protocol.polls(version.isEmpty() ? Protocol.LATEST : version);
        if (!mayPoll || !event.matches("[\\x20-\\x7E]+")) {
            return Future.failedFuture(ended(step));
        }
        Duration wait = before.events().retry().orElse(USUAL_RETRY);
        if (wait.compareTo(visit.deadline().left()) >= 0) {
            String when = "the stream is to be resumed in " + wait.toMillis() + " ms, after the deadline";
            return Future.failedFuture(judge.failure(ProbeCode.TIMEOUT, step, when));
        }
        Hearing hearing = hearing(id);
        MultiMap headers = headers().set("accept", "text/event-stream").set("last-event-id", event);
        Case of = new Case(step + " (resumed)", session.isPresent(), ProbeCode.SSE_ENDED_NO_RESPONSE);
        return vertx.timer(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS)
                .compose(go -> exchange(HttpMethod.GET, headers, null, visit.deadline(), hearing))
                .compose(answer -> attempt(() -> judge.response(of, hearing, answer)))
                .compose(reply ->
                        reply.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(ended(of.step()))));
    }

    private Failure ended(String step) {
        return judge.failure(ProbeCode.SSE_ENDED_NO_RESPONSE, step, "the stream ended without a response");
    }

    private Future<Answer> exchange(
            HttpMethod method, MultiMap headers, @Nullable ObjectNode message, Deadline deadline, Hearing hearing) {
        Buffer body = message == null ? Buffer.buffer() : Buffer.buffer(message.toString());
        HttpCall call =
                new HttpCall(method, visit.script().spec().url(), visit.script().dial(), visit.ca(), headers, body);
        return http.send(call, deadline, hearing).map(answer -> {
            firstSent = firstSent.or(hearing::sentAt);
            return answer;
        });
    }

    /* Before anything is judged, so that a session is ended even when its first answer was worth nothing. */
    private void learnSession(String step, Hearing hearing) throws Failure {
        Optional<String> minted = lastId == 1
                ? hearing.head().filter(head -> head.status() == 200).flatMap(Wire::sessionOf)
                : Optional.empty();
        if (minted.isPresent() && !minted.get().matches("[\\x21-\\x7E]+")) {
            throw judge.failure(ProbeCode.INIT_ERROR, step, "the session id is not visible ASCII");
        }
        session = session.or(() -> minted);
    }

    private static Optional<String> sessionOf(Head head) {
        return head.header(TrafficPlan.SESSION);
    }

    private Hearing hearing(long id) {
        return new Hearing(log, visit.pin().slot(), id, Protocol.batches(version), visit.echo());
    }

    private MultiMap post() {
        return posting(headers());
    }

    private MultiMap headers() {
        return clientHeaders(visit, session, version, random)
                .set(TrafficPlan.PROBE_VARIANT, visit.pin().toString())
                .set(TrafficPlan.PROBE_TOKEN, visit.probeToken());
    }

    /** Adds what a request with a message must say of it. */
    static MultiMap posting(MultiMap headers) {
        return headers.set("accept", "application/json, text/event-stream").set("content-type", "application/json");
    }

    /** Headers of any client's request in a session of this protocol version: nothing by which a probe rule knows it. */
    static MultiMap clientHeaders(Visit visit, Optional<String> session, String version, SplittableRandom random) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .set("user-agent", "mcp-rollout-prober")
                .set("traceparent", "00-" + visit.trace() + "-" + Traces.span(random) + "-01");
        visit.bearer().ifPresent(token -> headers.set("authorization", "Bearer " + token));
        session.ifPresent(id -> headers.set(TrafficPlan.SESSION, id));
        if (Protocol.namesItself(version)) {
            headers.set("mcp-protocol-version", version);
        }
        return headers;
    }

    /** A message that calls a method, still without an id. */
    static ObjectNode envelope(String method, ObjectNode params) {
        ObjectNode message = BoundedJson.object().put("jsonrpc", "2.0").put("method", method);
        if (!params.isEmpty()) {
            message.set("params", params);
        }
        return message;
    }

    private static <T> Future<T> attempt(Judgement<T> judgement) {
        try {
            return Future.succeededFuture(judgement.make());
        } catch (Failure e) {
            return Future.failedFuture(e);
        }
    }

    private interface Judgement<T> {
        T make() throws Failure;
    }
}
