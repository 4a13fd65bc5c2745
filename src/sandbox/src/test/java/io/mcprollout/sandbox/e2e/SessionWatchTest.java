package io.mcprollout.sandbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.sandbox.mesh.EchoServer;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is seen between agents and a gateway; an echo server stands for the gateway. */
class SessionWatchTest {
    private final Vertx vertx = Vertx.vertx();
    private final EchoServer gateway = EchoServer.start(vertx, "gateway");
    private final SessionWatch watch = SessionWatch.start(vertx, gateway.port());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        client.shutdownNow();
        watch.close();
        gateway.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpRequest.Builder request(String... headers) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + watch.port() + "/mcp"))
                .headers(headers);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> as) throws Exception {
        return client.send(request, as);
    }

    @Test
    void requestsAndAnswersPassUnchanged() throws Exception {
        // Given
        HttpRequest request = request("mcp-session-id", "0f8a", "x-echo-status", "404")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();

        // When
        HttpResponse<String> answer = send(request, HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-echo-server")).hasValue("gateway");
        assertThat(answer.body()).contains("\"method\":\"POST\"", "\"mcp-session-id\":\"0f8a\"", "\"body\":\"hello\"");
    }

    @Test
    void aStreamThatEndsWhileItsSessionLivesWasCut() throws Exception {
        // Given
        HttpRequest stream = request("mcp-session-id", "0f8a", "x-echo-events", "3", "x-echo-interval", "20")
                .build();

        // When
        HttpResponse<String> whole = send(stream, HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(whole.body()).contains("gateway 1", "gateway 3");
        assertThat(watch.opened()).isEqualTo(1);
        assertThat(watch.cut()).isEqualTo(1);
    }

    @Test
    void aStreamOfASessionThatItsClientEndedWasNotCut() throws Exception {
        // Given
        HttpRequest stream = request("mcp-session-id", "0f8a", "x-echo-events", "3", "x-echo-interval", "20")
                .build();
        HttpRequest end = request("mcp-session-id", "0f8a").DELETE().build();

        // When
        send(end, HttpResponse.BodyHandlers.ofString());
        send(stream, HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(watch.opened()).isEqualTo(1);
        assertThat(watch.cut()).isZero();
    }

    @Test
    void aStreamThatItsClientLeavesWasNotCut() throws Exception {
        // Given
        HttpRequest stream = request("mcp-session-id", "0f8a", "x-echo-events", "10000", "x-echo-interval", "20")
                .build();

        // When
        try (InputStream events =
                send(stream, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            assertThat(events.read()).isEqualTo('d');
        }
        await().until(() -> gateway.hangUps() > 0);

        // Then
        assertThat(watch.opened()).isEqualTo(1);
        assertThat(watch.cut()).isZero();
    }

    @Test
    void anAnswerWithAnIdThatNobodySentMintedASession() throws Exception {
        // Given
        HttpRequest first = request("x-echo-session", "0f8a")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpRequest next = request("x-echo-session", "0f8b", "mcp-session-id", "0f8a")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();

        // When
        send(first, HttpResponse.BodyHandlers.discarding());
        send(next, HttpResponse.BodyHandlers.discarding());

        // Then
        assertThat(watch.minted()).isEqualTo(Map.of("0f8a", ""));
    }
}
