package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.egress.BoundedJson;
import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * initialize → notifications/initialized → tools/list, all pages → the configured calls in order → DELETE, whose outcome is
 * nobody's. The first step that fails names the session. Confined to the event loop of one context.
 */
/** One MCP session with one version, from initialize to goodbye. */
final class McpSession {
    private final Visit visit;
    private final Wire wire;
    private final Judge judge;
    private final Clock clock;
    private final String clientVersion;
    private String protocol = "";
    private boolean offersTools;

    /** What became of a session, and how long the server asked us to stay away. */
    record Report(Arm arm, Optional<Duration> pause) {}

    McpSession(Visit visit, Wire wire, Judge judge, Clock clock, String clientVersion) {
        this.visit = visit;
        this.wire = wire;
        this.judge = judge;
        this.clock = clock;
        this.clientVersion = clientVersion;
    }

    /** Holds the session; the future never fails. The server's forgetting of the session goes on after it. */
    Future<Report> run() {
        Instant begun = clock.instant();
        return open().compose(next -> listTools()).compose(next -> call(0)).transform(done -> {
            Report report = report(begun, done.cause());
            end();
            return Future.succeededFuture(report);
        });
    }

    /** Begins the session and does no more; fails with a {@link Failure}. */
    Future<Void> open() {
        return initialize().compose(next -> wire.notify("notifications/initialized"));
    }

    /** Ends the session if the server minted one; what comes of it is nobody's failure. */
    void end() {
        wire.end();
    }

    /** Id that the server minted; empty: none. */
    Optional<String> id() {
        return wire.session();
    }

    /** Version of the protocol that the server chose; empty text before it did. */
    String protocol() {
        return protocol;
    }

    private Report report(Instant begun, @Nullable Throwable cause) {
        Instant from = wire.firstSent().orElse(begun);
        Arm arm = new Arm(
                outcome(cause),
                Duration.between(from, clock.instant()),
                protocol,
                wire.session().isPresent(),
                visit.trace());
        return new Report(arm, cause instanceof Failure failure ? failure.retryAfter() : Optional.empty());
    }

    private static Outcome outcome(@Nullable Throwable cause) {
        if (cause == null) {
            return new Outcome.Ok();
        }
        return cause instanceof Failure failure
                ? failure.outcome()
                : Outcome.of(
                        ProbeCode.PROBER_FAULT,
                        "the prober failed with " + cause.getClass().getSimpleName());
    }

    private Future<Void> initialize() {
        String step = "initialize";
        return wire.request(step, step, offer(clientVersion)).compose(reply -> {
            if (reply instanceof Reply.Refusal refusal) {
                return failed(ProbeCode.INIT_ERROR, step, describe(refusal));
            }
            JsonNode result = ((Reply.Result) reply).value();
            JsonNode version = result.path("protocolVersion");
            if (!version.isTextual()
                    || !result.path("capabilities").isObject()
                    || !result.path("serverInfo").isObject()) {
                return failed(
                        ProbeCode.INIT_ERROR, step, "the result lacks protocolVersion, capabilities or serverInfo");
            }
            if (!Protocol.ACCEPTED.contains(version.textValue())) {
                return failed(
                        ProbeCode.VERSION_MISMATCH,
                        step,
                        "the server chose version " + version.textValue() + "; known are "
                                + String.join(", ", Protocol.ACCEPTED));
            }
            protocol = version.textValue();
            offersTools = result.path("capabilities").path("tools").isObject();
            wire.speak(protocol);
            return Future.succeededFuture();
        });
    }

    /** Parameters of {@code initialize}: what this client speaks and what it is. */
    static ObjectNode offer(String clientVersion) {
        ObjectNode params = BoundedJson.object().put("protocolVersion", Protocol.LATEST);
        params.putObject("capabilities");
        params.putObject("clientInfo").put("name", "mcp-rollout-prober").put("version", clientVersion);
        return params;
    }

    /* A server that offers no tools need not know tools/list, unless somebody expects tools of it. */
    private Future<Void> listTools() {
        Set<String> wanted = visit.script().tools();
        return offersTools || !wanted.isEmpty()
                ? new ToolList(wire, judge, new HashSet<>(wanted)).walk()
                : Future.succeededFuture();
    }

    private Future<Void> call(int index) {
        if (index == visit.script().calls().size()) {
            return Future.succeededFuture();
        }
        Script.Call call = visit.script().calls().get(index);
        String step = "tools/call " + call.tool();
        ObjectNode params = BoundedJson.object().put("name", call.tool());
        params.set("arguments", call.arguments());
        return wire.request(step, "tools/call", params)
                .compose(reply -> {
                    if (reply instanceof Reply.Refusal refusal) {
                        return failed(ProbeCode.CALL_RPC_ERROR, step, describe(refusal));
                    }
                    Optional<ToolVerdict> verdict = ToolVerdict.on(call, ((Reply.Result) reply).value());
                    return verdict.isPresent()
                            ? failed(verdict.get().code(), step, verdict.get().what())
                            : Future.<Void>succeededFuture();
                })
                .compose(next -> call(index + 1));
    }

    private Future<Void> failed(ProbeCode code, String step, String what) {
        return Future.failedFuture(judge.failure(code, step, what));
    }

    /** An error as messages tell it. */
    static String describe(Reply.Refusal refusal) {
        String carrier = refusal.status() == 200 ? "" : "HTTP " + refusal.status() + " ";
        return carrier + "error " + refusal.code() + ": " + refusal.message();
    }
}
