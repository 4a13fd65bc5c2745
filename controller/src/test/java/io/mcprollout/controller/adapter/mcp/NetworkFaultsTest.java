package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.adapter.mcp.OutcomesTest.Fault;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.ProbeCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network, or a server that does not play by the rules of HTTP, can do to a session; and that the deadline always holds. */
class NetworkFaultsTest {
    private static final Duration DEADLINE = Duration.ofMillis(600);

    @ParameterizedTest
    @MethodSource("faults")
    void namesWhatWentWrongBeforeTheDeadlineIsLongOver(Fault fault) {
        // Given
        try (Bed bed = new Bed()) {
            ProbeSpec spec = fault.happen().apply(bed);
            Instant begun = Instant.now();

            // When
            ProbePair pair = bed.pair(spec);

            // Then
            Duration took = Duration.between(begun, Instant.now());
            assertThat(List.of(pair.stable(), pair.candidate()))
                    .allSatisfy(arm -> assertThat(OutcomesTest.describe(arm))
                            .startsWith(fault.code() + " ")
                            .contains(fault.detail()));
            assertThat(took).isLessThan(spec.timeout().plusSeconds(1));
        }
    }

    static Stream<Fault> faults() {
        return Stream.of(connections(), silences(), streams(), floods(), cuts()).flatMap(all -> all);
    }

    private static Stream<Fault> connections() {
        return Stream.of(
                new Fault(
                        "no such name",
                        ProbeCode.DNS_FAIL,
                        "mcp.invalid does not resolve",
                        bed -> Bed.spec("http://mcp.invalid/mcp")),
                new Fault("nobody listens", ProbeCode.TCP_REFUSED, "connection refused", bed -> {
                    bed.server.close();
                    return bed.spec();
                }),
                new Fault(
                        "nobody accepts",
                        ProbeCode.TCP_TIMEOUT,
                        "no connection before the deadline",
                        bed -> Bed.within(Bed.spec("http://127.0.0.1:" + fullBacklog(bed) + "/mcp"), DEADLINE)),
                new Fault(
                        "no TLS",
                        ProbeCode.TLS_FAIL,
                        "initialize: TLS failed",
                        bed -> Bed.spec("https://127.0.0.1:" + bed.server.port() + "/mcp")),
                new Fault(
                        "a name for the metadata service",
                        ProbeCode.PROBER_FAULT,
                        "metadata address 169.254.169.254",
                        bed -> Bed.spec("http://innocent.rebound.test/mcp")));
    }

    private static Stream<Fault> silences() {
        return Stream.of(
                new Fault("no answer", ProbeCode.TIMEOUT, "initialize: no answer", bed -> {
                    bed.server.on("initialize", turn -> {});
                    return Bed.within(bed.spec(), DEADLINE);
                }),
                new Fault("headers, then silence", ProbeCode.TIMEOUT, "tools/list: the answer did not end", bed -> {
                    bed.server.on(
                            "tools/list",
                            turn -> turn.response()
                                    .putHeader("content-type", "application/json")
                                    .setChunked(true)
                                    .write("{\"jsonrpc\""));
                    return Bed.within(bed.spec(), DEADLINE);
                }),
                new Fault(
                        "a TLS handshake that hangs",
                        ProbeCode.TCP_TIMEOUT,
                        "no connection",
                        bed -> Bed.within(
                                Bed.spec("https://127.0.0.1:" + raw(bed, (socket, request) -> {}) + "/mcp"),
                                DEADLINE)));
    }

    private static Stream<Fault> streams() {
        return Stream.of(
                new Fault("a stream of pings", ProbeCode.TIMEOUT, "tools/call echo: the answer did not end", bed -> {
                    bed.server.on("tools/call", turn -> drip(bed, turn.stream(), ": ping\n\n"));
                    return Bed.within(bed.spec(), DEADLINE);
                }),
                new Fault("a stream of notifications", ProbeCode.TIMEOUT, "did not end", bed -> {
                    bed.server.on(
                            "tools/call",
                            turn -> drip(
                                    bed,
                                    turn.stream(),
                                    "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n"));
                    return Bed.within(bed.spec(), DEADLINE);
                }),
                new Fault("an early end", ProbeCode.SSE_ENDED_NO_RESPONSE, "tools/list: the stream ended", bed -> {
                    bed.server.on("tools/list", turn -> turn.stream().end(": nothing\n\n"));
                    return bed.spec();
                }),
                new Fault(
                        "an early end, resumed in vain",
                        ProbeCode.SSE_ENDED_NO_RESPONSE,
                        "tools/list (resumed): HTTP 405",
                        bed -> {
                            bed.server.on("tools/list", turn -> turn.stream().end("id: 7\ndata:\n\n"));
                            return bed.spec();
                        }),
                new Fault("an end that asks for too much patience", ProbeCode.TIMEOUT, "resumed in 90000 ms", bed -> {
                    bed.server.on("tools/list", turn -> turn.stream().end("id: 7\nretry: 90000\ndata:\n\n"));
                    return bed.spec();
                }));
    }

    private static Stream<Fault> floods() {
        return Stream.of(
                new Fault("50 MB of tools, announced", ProbeCode.RESPONSE_TOO_LARGE, "larger than 1048576", bed -> {
                    bed.server.on(
                            "tools/list",
                            turn -> turn.result("{\"tools\":[{\"name\":\"" + "x".repeat(50 * 1024 * 1024) + "\"}]}"));
                    return bed.spec();
                }),
                new Fault("50 MB of tools, in chunks", ProbeCode.RESPONSE_TOO_LARGE, "larger than 1048576", bed -> {
                    bed.server.on(
                            "tools/list",
                            turn -> pour(
                                    turn.response()
                                            .putHeader("content-type", "application/json")
                                            .setChunked(true),
                                    50));
                    return bed.spec();
                }),
                new Fault(
                        "a stream that never ends, fast", ProbeCode.RESPONSE_TOO_LARGE, "larger than 1048576", bed -> {
                            bed.server.on("tools/list", turn -> pour(turn.stream(), 50));
                            return bed.spec();
                        }),
                new Fault(
                        "a header of 100 kB",
                        ProbeCode.RESPONSE_TOO_LARGE,
                        "headers are larger",
                        bed -> Bed.spec("http://127.0.0.1:"
                                + raw(
                                        bed,
                                        (socket, request) -> socket.write(
                                                "HTTP/1.1 200 OK\r\nx: " + "y".repeat(100_000) + "\r\n\r\n"))
                                + "/mcp")));
    }

    private static Stream<Fault> cuts() {
        return Stream.of(
                cut("an end without a word", "", ProbeCode.CONNECTION_CUT, "initialize: the connection was closed"),
                cut("half a head", "HTTP/1.1 200 OK\r\nx-mcp", ProbeCode.CONNECTION_CUT, "was closed before"),
                cut("another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n", ProbeCode.CONNECTION_CUT, "initialize: the"),
                cut(
                        "half a body",
                        HEAD + "content-type: application/json\r\ncontent-length: 100\r\n\r\n{",
                        ProbeCode.CONNECTION_CUT,
                        "was closed"),
                cut(
                        "half a stream",
                        HEAD + "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n6\r\n: hey\n\r\n",
                        ProbeCode.SSE_ENDED_NO_RESPONSE,
                        "was closed"));
    }

    private static final String HEAD = "HTTP/1.1 200 OK\r\nx-mcp-variant: VARIANT\r\n";

    private static Fault cut(String name, String answer, ProbeCode code, String detail) {
        return new Fault(
                name,
                code,
                detail,
                bed -> Bed.spec("http://127.0.0.1:"
                        + raw(bed, (socket, request) -> {
                            String variant = request.replaceAll("(?is).*x-mcp-probe-variant: ([ab]-\\d+).*", "$1");
                            socket.write(answer.replace("VARIANT", variant));
                            socket.close();
                        })
                        + "/mcp"));
    }

    /* A server below HTTP: says its piece when a whole request is there; VARIANT becomes the one that was asked for. */
    private static int raw(Bed bed, BiConsumer<NetSocket, String> answer) {
        return bed.vertx
                .createNetServer()
                .connectHandler(socket -> {
                    Buffer request = Buffer.buffer();
                    socket.handler(piece -> {
                        request.appendBuffer(piece);
                        if (request.toString().contains("\r\n\r\n")
                                && request.toString().endsWith("}")) {
                            answer.accept(socket, request.toString());
                        }
                    });
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private static void drip(Bed bed, HttpServerResponse response, String drop) {
        long timer = bed.vertx.setPeriodic(20, tick -> response.write(drop));
        response.closeHandler(closed -> bed.vertx.cancelTimer(timer));
    }

    private static void pour(HttpServerResponse response, int megabytes) {
        String piece = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n".repeat(1024 * 1024 / 56);
        for (int i = 0; i < megabytes; i++) {
            response.write(piece);
        }
    }

    /* A listener whose queue of connections is full, so that the next handshake waits for ever. */
    private static int fullBacklog(Bed bed) {
        try {
            ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            bed.closeables.add(listener);
            for (int i = 0; i < 4; i++) {
                Socket filler = new Socket();
                bed.closeables.add(filler);
                fill(filler, listener);
            }
            return listener.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(Socket filler, ServerSocket listener) throws IOException {
        try {
            filler.connect(listener.getLocalSocketAddress(), 50);
        } catch (SocketTimeoutException e) {
            // the queue is full, as wanted
        }
    }
}
