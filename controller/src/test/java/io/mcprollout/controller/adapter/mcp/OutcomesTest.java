package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.adapter.mcp.FakeMcpServer.Answering;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every code that a session can end with, brought about by what a server or a network does on a real socket. */
class OutcomesTest {
    /** What goes wrong, what is probed then, and what the arm says. */
    record Fault(String name, ProbeCode code, String detail, Function<Bed, ProbeSpec> happen) {
        @Override
        public String toString() {
            return code + ": " + name;
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void namesWhatWentWrong(Fault fault) {
        // Given
        try (Bed bed = new Bed()) {
            ProbeSpec spec = fault.happen().apply(bed);

            // When
            ProbePair pair = bed.pair(spec);

            // Then
            assertThat(List.of(pair.stable(), pair.candidate()))
                    .allSatisfy(arm -> assertThat(describe(arm))
                            .startsWith(
                                    fault.code() + " " + (fault.code().isProberFault() ? "ProberFault " : "Failed "))
                            .contains(fault.detail()));
        }
    }

    @Test
    void everyCodeOfOneArmIsBroughtAbout() {
        // Given
        Set<ProbeCode> all = EnumSet.allOf(ProbeCode.class);

        // When
        Set<ProbeCode> seen = Stream.concat(faults(), NetworkFaultsTest.faults())
                .map(Fault::code)
                .collect(Collectors.toSet());

        // Then: a drift shows only in the comparison of two arms
        all.remove(ProbeCode.PROTOCOL_DRIFT);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
    }

    static String describe(Arm arm) {
        return switch (arm.outcome()) {
            case Outcome.Ok ok -> "Ok";
            case Outcome.Failed failed -> failed.code() + " Failed " + failed.detail();
            case Outcome.ProberFault fault -> fault.code() + " ProberFault " + fault.detail();
        };
    }

    private static Fault on(String name, ProbeCode code, String detail, String rpc, Answering answering) {
        return new Fault(name, code, detail, bed -> {
            bed.server.on(rpc, answering);
            return bed.spec();
        });
    }

    private static Fault calling(String name, ProbeCode code, String detail, Assertion assertion) {
        return new Fault(
                name, code, detail, bed -> Bed.calling(bed.spec(), new ToolCall("echo", "{}", List.of(assertion))));
    }

    static Stream<Fault> faults() {
        return Stream.of(statuses(), messages(), handshakes(), lists(), calls(), sessions())
                .flatMap(all -> all);
    }

    private static Stream<Fault> statuses() {
        return Stream.of(
                on(
                        "a 400 page",
                        ProbeCode.HTTP_4XX,
                        "initialize: HTTP 400: bad",
                        "initialize",
                        t -> t.status(400, "bad")),
                on(
                        "too many requests",
                        ProbeCode.HTTP_429,
                        "tools/list: HTTP 429",
                        "tools/list",
                        t -> t.status(429, "")),
                on(
                        "a 503 of the proxy",
                        ProbeCode.HTTP_5XX,
                        "HTTP 503 from envoy: no healthy upstream",
                        "tools/call",
                        t -> {
                            t.response().putHeader("server", "envoy");
                            t.status(503, "no healthy upstream");
                        }),
                on("a redirect", ProbeCode.REDIRECT, "initialize: HTTP 307", "initialize", t -> {
                    t.response().putHeader("location", "http://127.0.0.1:1/");
                    t.status(307, "");
                }),
                on("no credentials", ProbeCode.AUTH_CHALLENGE, "HTTP 401", "initialize", t -> t.status(401, "")),
                on("wrong credentials", ProbeCode.AUTH_CHALLENGE, "HTTP 403", "tools/list", t -> t.status(403, "no")),
                on(
                        "a foreign host",
                        ProbeCode.ORIGIN_REJECTED,
                        "Invalid Host",
                        "initialize",
                        t -> t.error(403, -32000, "Invalid Host: x")),
                on(
                        "a misdirected request",
                        ProbeCode.ORIGIN_REJECTED,
                        "HTTP 421",
                        "initialize",
                        t -> t.status(421, "")),
                on("no proof", ProbeCode.VARIANT_UNPROVEN, "HTTP 404 without x-mcp-variant", "initialize", t -> {
                    t.response().headers().remove("x-mcp-variant");
                    t.status(404, "");
                }),
                on(
                        "another version",
                        ProbeCode.VARIANT_UNPROVEN,
                        "with x-mcp-variant c-1, not from",
                        "tools/list",
                        t -> {
                            t.response().putHeader("x-mcp-variant", "c-1");
                            t.result("{\"tools\":[]}");
                        }));
    }

    private static Stream<Fault> messages() {
        return Stream.of(
                on("a page", ProbeCode.CONTENT_TYPE, "HTTP 200 with text/html", "initialize", t -> {
                    t.response().putHeader("content-type", "text/html");
                    t.status(200, "<html>");
                }),
                on(
                        "no content",
                        ProbeCode.CONTENT_TYPE,
                        "HTTP 202 with no content type",
                        "tools/call",
                        t -> t.status(202, "")),
                on(
                        "half a value",
                        ProbeCode.JSON_MALFORMED,
                        "is not valid JSON",
                        "initialize",
                        t -> t.json("{\"jsonrpc\":")),
                on("two values", ProbeCode.JSON_MALFORMED, "is not valid JSON", "initialize", t -> t.json("{} {}")),
                on("no value", ProbeCode.JSON_MALFORMED, "is empty", "initialize", t -> t.json("")),
                on(
                        "nesting",
                        ProbeCode.JSON_MALFORMED,
                        "nested deeper than 64",
                        "tools/list",
                        t -> t.json("[".repeat(10_000) + "]".repeat(10_000))),
                on(
                        "nesting in a stream",
                        ProbeCode.JSON_MALFORMED,
                        "nested deeper than 64",
                        "tools/list",
                        t -> t.stream().end("data: " + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "\n\n")),
                on(
                        "another protocol",
                        ProbeCode.NOT_JSONRPC,
                        "no JSON-RPC 2.0",
                        "initialize",
                        t -> t.json("{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":{}}")),
                on(
                        "both",
                        ProbeCode.NOT_JSONRPC,
                        "not exactly one",
                        "initialize",
                        t -> t.json(
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{\"code\":1,\"message\":\"x\"}}")),
                on(
                        "neither",
                        ProbeCode.NOT_JSONRPC,
                        "not exactly one",
                        "initialize",
                        t -> t.json("{\"jsonrpc\":\"2.0\",\"id\":1}")),
                on(
                        "a notification as JSON",
                        ProbeCode.NOT_JSONRPC,
                        "no response",
                        "initialize",
                        t -> t.json("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}")),
                on(
                        "another id",
                        ProbeCode.WRONG_ID,
                        "another request than 2",
                        "tools/list",
                        t -> t.json("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{\"tools\":[]}}")),
                on(
                        "an id as text",
                        ProbeCode.WRONG_ID,
                        "another request",
                        "tools/list",
                        t -> t.json("{\"jsonrpc\":\"2.0\",\"id\":\"2\",\"result\":{\"tools\":[]}}")));
    }

    private static Stream<Fault> handshakes() {
        return Stream.of(
                on(
                        "an error",
                        ProbeCode.INIT_ERROR,
                        "error -32603: boom",
                        "initialize",
                        t -> t.error(200, -32603, "boom")),
                on(
                        "an error with 400",
                        ProbeCode.INIT_ERROR,
                        "HTTP 400 error -32022",
                        "initialize",
                        t -> t.error(400, -32022, "old")),
                on(
                        "half a result",
                        ProbeCode.INIT_ERROR,
                        "lacks protocolVersion",
                        "initialize",
                        t -> t.result("{\"protocolVersion\":\"2025-11-25\"}")),
                on("a session id with a blank", ProbeCode.INIT_ERROR, "not visible ASCII", "initialize", t -> {
                    t.response().putHeader("mcp-session-id", "a b");
                    t.result("{}");
                }),
                on(
                        "an old version",
                        ProbeCode.VERSION_MISMATCH,
                        "2024-11-05; known are",
                        "initialize",
                        t -> t.result(FakeMcpServer.INITIALIZED.formatted("2024-11-05"))),
                on(
                        "a refused notification",
                        ProbeCode.INITIALIZED_REJECTED,
                        "notifications/initialized: HTTP 400",
                        "notifications/initialized",
                        t -> t.status(400, "no")));
    }

    private static Stream<Fault> lists() {
        return Stream.of(
                on(
                        "an error",
                        ProbeCode.LIST_FAILED,
                        "tools/list: error -32603",
                        "tools/list",
                        t -> t.error(200, -32603, "x")),
                on(
                        "no list",
                        ProbeCode.LIST_FAILED,
                        "no list of named tools",
                        "tools/list",
                        t -> t.result("{\"tools\":7}")),
                on(
                        "a tool without name",
                        ProbeCode.LIST_FAILED,
                        "no list of named tools",
                        "tools/list",
                        t -> t.result("{\"tools\":[{\"name\":\"echo\"},{}]}")),
                on(
                        "a circle of cursors",
                        ProbeCode.LIST_FAILED,
                        "comes again",
                        "tools/list",
                        t -> t.result("{\"tools\":[{\"name\":\"echo\"}],\"nextCursor\":\"c\"}")),
                on(
                        "endless pages",
                        ProbeCode.LIST_FAILED,
                        "more than 50 pages",
                        "tools/list",
                        t -> t.result("{\"tools\":[{\"name\":\"echo\"}],\"nextCursor\":\"c" + t.id() + "\"}")),
                on(
                        "many bytes",
                        ProbeCode.LIST_FAILED,
                        "or 4194304 bytes",
                        "tools/list",
                        t -> t.result("{\"tools\":[{\"name\":\"" + "x".repeat(900_000) + "\"}],\"nextCursor\":\"c"
                                + t.id() + "\"}")),
                on(
                        "the tool is gone",
                        ProbeCode.TOOL_MISSING,
                        "tools/list: not listed: echo",
                        "tools/list",
                        t -> t.result("{\"tools\":[{\"name\":\"time\"}]}")));
    }

    private static Stream<Fault> calls() {
        return Stream.of(
                on(
                        "an error",
                        ProbeCode.CALL_RPC_ERROR,
                        "tools/call echo: error -32602: bad",
                        "tools/call",
                        t -> t.error(200, -32602, "bad")),
                on(
                        "isError",
                        ProbeCode.CALL_IS_ERROR,
                        "isError: no zone Europe/Berlin",
                        "tools/call",
                        t -> t.result(
                                "{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no zone Europe/Berlin\"}]}")),
                calling(
                        "another text",
                        ProbeCode.CALL_ASSERTION,
                        "no match of ^bye$ in: hello",
                        new Assertion.Matches("^bye$")),
                calling(
                        "another value",
                        ProbeCode.CALL_ASSERTION,
                        "/structuredContent/n is 1, not 2",
                        new Assertion.Pointer("/structuredContent/n", "2")),
                calling(
                        "no value",
                        ProbeCode.CALL_ASSERTION,
                        "/nothing is absent, not null",
                        new Assertion.Pointer("/nothing", "null")),
                on(
                        "input wanted",
                        ProbeCode.INPUT_REQUIRED,
                        "wants a user's input",
                        "tools/call",
                        t -> t.result("{\"resultType\":\"input_required\"}")),
                on(
                        "a question back",
                        ProbeCode.INPUT_REQUIRED,
                        "asks back with elicitation/create",
                        "tools/call",
                        t -> t.stream()
                                .end("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\"}\n\n")));
    }

    private static Stream<Fault> sessions() {
        return Stream.of(
                on("404", ProbeCode.SESSION_LOST, "tools/list: HTTP 404", "tools/list", t -> t.status(404, "")),
                on(
                        "404 for a notification",
                        ProbeCode.SESSION_LOST,
                        "HTTP 404",
                        "notifications/initialized",
                        t -> t.status(404, "")),
                on(
                        "400 -32000",
                        ProbeCode.SESSION_LOST,
                        "HTTP 400 error -32000",
                        "tools/call",
                        t -> t.error(400, -32000, "No valid session ID")),
                on(
                        "200 -32601",
                        ProbeCode.SESSION_LOST,
                        "must be initialize",
                        "tools/list",
                        t -> t.error(200, -32601, "first message must be initialize")),
                new Fault(
                        "a certificate bundle that is none",
                        ProbeCode.PROBER_FAULT,
                        "key ca.crt of Secret ca holds no certificates in PEM",
                        bed -> {
                            bed.secrets.put(new SecretKey("ca", "ca.crt"), "rubbish");
                            return Bed.withCa(bed.spec(), new SecretKey("ca", "ca.crt"));
                        }),
                new Fault(
                        "a token with a line break",
                        ProbeCode.PROBER_FAULT,
                        "key token of Secret t has characters that no header may have",
                        bed -> {
                            bed.secrets.put(new SecretKey("t", "token"), "a\nb: c");
                            return Bed.withToken(bed.spec(), new SecretKey("t", "token"));
                        }),
                new Fault(
                        "no Secret",
                        ProbeCode.PROBER_FAULT,
                        "Secret probe-token is missing",
                        bed -> Bed.withToken(bed.spec(), new SecretKey("probe-token", "token"))),
                new Fault(
                        "no entry point",
                        ProbeCode.PROBER_FAULT,
                        "no entry point is named door",
                        bed -> Bed.through(bed.spec(), "door")));
    }
}
