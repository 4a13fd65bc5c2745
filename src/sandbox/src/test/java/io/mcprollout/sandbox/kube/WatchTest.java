package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches over chunked HTTP and over websockets. */
class WatchTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final KubeApi api =
            KubeApi.start(KubeApi.Options.defaults().withHistoryLimit(5).withBookmarkInterval(Duration.ofMillis(100)));
    private final Http http = new Http(api.url());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        api.close();
        client.shutdownNow();
    }

    private void map(String name, String label) {
        api.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, labels: {app: %s}}}".formatted(name, label));
    }

    /** Opens a watch and collects its events; the answered flag turns true when the server ends it. */
    private boolean[] watch(String transport, String path) {
        boolean[] ended = {false};
        if (transport.equals("websocket")) {
            client.newWebSocketBuilder()
                    .buildAsync(URI.create(api.url().replace("http:", "ws:") + path), new Frames(ended))
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();
            return ended;
        }
        Executors.newSingleThreadExecutor(Thread.ofVirtual().factory()).execute(() -> {
            try (InputStream in = client.send(
                            HttpRequest.newBuilder(URI.create(api.url() + path)).build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                var lines = new String(new byte[0], StandardCharsets.UTF_8);
                int next = in.read();
                while (next >= 0) {
                    lines += (char) next;
                    if (next == '\n') {
                        events.add(Json.parse(lines.getBytes(StandardCharsets.UTF_8)));
                        lines = "";
                    }
                    next = in.read();
                }
                ended[0] = true;
            } catch (java.io.IOException | InterruptedException e) {
                ended[0] = true;
            }
        });
        return ended;
    }

    private final class Frames implements WebSocket.Listener {
        private final boolean[] ended;
        private final StringBuilder text = new StringBuilder();

        Frames(boolean[] ended) {
            this.ended = ended;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                events.add(Json.parse(text.toString().getBytes(StandardCharsets.UTF_8)));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended[0] = true;
            return null;
        }
    }

    private List<String> seen() {
        return events.stream()
                .map(e -> e.path("type").asText() + " "
                        + e.path("object").path("metadata").path("name").asText(""))
                .filter(e -> !e.startsWith("BOOKMARK"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "websocket"})
    void aWatchBeginsWithWhatIsThereAndGoesOnWithWhatHappens(String transport) {
        // Given
        map("a", "x");
        watch(transport, MAPS + "?watch=1");
        await().until(() -> seen().size() == 1);
        // When
        map("b", "x");
        map("a", "y");
        api.delete("configmaps", "default", "b");
        // Then
        await().untilAsserted(
                        () -> assertThat(seen()).containsExactly("ADDED a", "ADDED b", "MODIFIED a", "DELETED b"));
    }

    @Test
    void objectsComeAndGoWithTheSelector() {
        // Given
        map("a", "other");
        watch("http", MAPS + "?watch=1&labelSelector=app%3Dx");
        await().until(() -> api.openWatches(call -> true) == 1);
        // When
        map("a", "x");
        map("a", "other");
        map("b", "other");
        // Then
        await().untilAsserted(() -> assertThat(seen()).containsExactly("ADDED a", "DELETED a"));
    }

    @Test
    void aWatchResumesAfterAVersion() throws Exception {
        // Given
        map("a", "x");
        String version =
                http.get(MAPS).body().path("metadata").path("resourceVersion").asText();
        map("b", "x");
        // When
        watch("http", MAPS + "?watch=1&resourceVersion=" + version);
        // Then
        await().untilAsserted(() -> assertThat(seen()).containsExactly("ADDED b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "websocket"})
    void aVersionThatIsForgottenIsGone(String transport) throws Exception {
        // Given
        String version =
                http.get(MAPS).body().path("metadata").path("resourceVersion").asText();
        for (int i = 0; i < 7; i++) map("m" + i, "x");
        // When
        var ended = watch(transport, MAPS + "?watch=1&resourceVersion=" + version);
        // Then
        await().until(() -> ended[0]);
        assertThat(events).hasSize(1);
        assertThat(events.get(0).path("type").asText()).isEqualTo("ERROR");
        assertThat(events.get(0).path("object").path("code").asInt()).isEqualTo(410);
        assertThat(events.get(0).path("object").path("reason").asText()).isEqualTo("Expired");
    }

    @Test
    void bookmarksTellTheVersionWhereNothingHappens() {
        // Given
        watch("http", MAPS + "?watch=1&allowWatchBookmarks=true");
        // When
        api.apply("{apiVersion: v1, kind: Secret, metadata: {name: elsewhere}}");
        // Then
        String version = api.get("secrets", "default", "elsewhere")
                .orElseThrow()
                .path("metadata")
                .path("resourceVersion")
                .asText();
        await().until(() -> events.stream()
                .anyMatch(e -> e.path("type").asText().equals("BOOKMARK")
                        && Json.meta(e.path("object"), "resourceVersion").equals(version)));
    }

    @Test
    void aWatchEndsAtItsTimeout() {
        // When
        var ended = watch("http", MAPS + "?watch=1&timeoutSeconds=1");
        // Then
        await().atMost(Duration.ofSeconds(5)).until(() -> ended[0]);
        assertThat(api.openWatches(call -> true)).isZero();
    }

    @Test
    void sendInitialEventsIsRefused() throws Exception {
        // When
        var refused = http.get(MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        // Then
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .contains("sendInitialEvents is forbidden for watch unless the WatchList feature gate");
    }

    @Test
    void aWatchInProcessSeesTheSame() {
        // Given
        map("a", "x");
        var changes = new CopyOnWriteArrayList<String>();
        var unsubscribe = api.watch(
                "configmaps",
                change -> changes.add(change.type() + " " + change.key().name()));
        // When
        map("b", "x");
        api.delete("configmaps", "default", "a");
        // Then
        await().untilAsserted(() -> assertThat(changes).containsExactly("ADDED a", "ADDED b", "DELETED a"));
        unsubscribe.run();
    }
}
