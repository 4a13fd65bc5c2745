package io.mcprollout.sandbox.e2e;

import io.mcprollout.sandbox.story.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/** When Envoy last sent a request to the new version, users' and probes' alike, from its own counter, read ten times a second. */
final class CanaryTraffic implements AutoCloseable {

    private static final Duration BETWEEN = Duration.ofMillis(100);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest request;
    private final Thread reader;
    private volatile boolean open = true;
    private volatile Instant last = Instant.MIN;
    private long count;

    private CanaryTraffic(int adminPort) {
        request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + adminPort + "/stats?filter=canary.*upstream_rq_total$"))
                .timeout(Duration.ofSeconds(5))
                .build();
        reader = Thread.ofPlatform().daemon().name("canary-traffic").start(this::read);
    }

    /** Starts to read from the Envoy with this admin port. */
    static CanaryTraffic watch(int adminPort) {
        return new CanaryTraffic(adminPort);
    }

    /** When the counter was last seen to grow; {@link Instant#MIN} when it never was. */
    Instant last() {
        return last;
    }

    /** Seconds from this moment to the last request to the new version, 0 when there was none after it. */
    double secondsOfTrafficAfter(Instant fault) {
        return last.isAfter(fault) ? Duration.between(fault, last).toMillis() / 1000.0 : 0;
    }

    private void read() {
        while (open) {
            long now = count();
            if (now > count) {
                count = now;
                last = Instant.now();
            }
            Patience.pause(BETWEEN);
        }
    }

    private long count() {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .mapToLong(line -> Long.parseLong(
                            line.substring(line.lastIndexOf(':') + 1).strip()))
                    .sum();
        } catch (IOException e) {
            return count; // asked again at once
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        open = false;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
