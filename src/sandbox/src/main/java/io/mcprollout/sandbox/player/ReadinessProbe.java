package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Asks a container by {@code httpGet} or {@code tcpSocket} whether it takes requests. Until it was ready once it is asked five times a second, then
 * every {@code periodSeconds}. Used from the player's thread; the asking itself is done elsewhere.
 */
final class ReadinessProbe {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration EAGER = Duration.ofMillis(200);

    private final JsonNode probe;
    private final int port;
    private final PlayerThread thread;
    private final Consumer<Boolean> verdict;
    private boolean ready;
    private boolean wasReady;
    private int streak;
    private boolean stopped;

    private ReadinessProbe(JsonNode probe, int port, PlayerThread thread, Consumer<Boolean> verdict) {
        this.probe = probe;
        this.port = port;
        this.thread = thread;
        this.verdict = verdict;
    }

    /** Starts asking; {@code verdict} is told every change. A container without probe is ready at once. */
    static ReadinessProbe start(JsonNode probe, int port, PlayerThread thread, Consumer<Boolean> verdict) {
        ReadinessProbe started = new ReadinessProbe(probe, port, thread, verdict);
        if (probe.isMissingNode()) {
            verdict.accept(true);
        } else {
            thread.after(Duration.ofSeconds(probe.path("initialDelaySeconds").asLong(0)), started::ask);
        }
        return started;
    }

    void stop() {
        stopped = true;
    }

    private void ask() {
        if (stopped) {
            return;
        }
        Thread.ofVirtual().start(() -> {
            boolean answer = probe.has("httpGet") ? http() : tcp();
            thread.execute(() -> heard(answer));
        });
    }

    private void heard(boolean answer) {
        if (stopped) {
            return;
        }
        streak = answer == ready ? 0 : streak + 1;
        int threshold =
                probe.path(answer ? "successThreshold" : "failureThreshold").asInt(answer ? 1 : 3);
        if (streak >= threshold) {
            ready = answer;
            wasReady |= answer;
            streak = 0;
            verdict.accept(ready);
        }
        Duration period = Duration.ofSeconds(probe.path("periodSeconds").asLong(10));
        thread.after(wasReady ? period : EAGER, this::ask);
    }

    private Duration timeout() {
        return Duration.ofSeconds(probe.path("timeoutSeconds").asLong(1));
    }

    private boolean http() {
        URI uri = URI.create(
                "http://127.0.0.1:" + port + probe.at("/httpGet/path").asText("/"));
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout()).build();
        try {
            int status =
                    HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 400;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean tcp() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int)
                    timeout().toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
