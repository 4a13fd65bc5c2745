package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshStreamTest {
    private static final String TO_STABLE = "- {%s route: [{destination: {host: mcp-server, subset: stable}}]}";

    private static HttpRequest events(MeshBed bed, int number, int interval) {
        return bed.to("/mcp")
                .header("x-echo-events", Integer.toString(number))
                .header("x-echo-interval", Integer.toString(interval))
                .build();
    }

    private static InputStream open(MeshBed bed, HttpRequest request) throws IOException, InterruptedException {
        return bed.client
                .send(request, HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    @Test
    void eachEventArrivesWhenItIsSentAlsoAcrossAChangeOfTheRoute() throws Exception {
        try (MeshBed bed = new MeshBed(TO_STABLE.formatted(""))) {
            // Given
            HttpRequest request = events(bed, 5, 100);
            List<String> lines = new ArrayList<>();
            List<Long> times = new ArrayList<>();

            // When
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(open(bed, request), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (!line.isEmpty()) {
                        lines.add(line);
                        times.add(System.nanoTime() / 1_000_000);
                        bed.rewrite("- directResponse: {status: 404}");
                    }
                }
            }

            // Then
            assertThat(lines)
                    .containsExactly(
                            "data: stable 1", "data: stable 2", "data: stable 3", "data: stable 4", "data: stable 5");
            assertThat(times.getLast() - times.getFirst()).isGreaterThan(100);
            assertThat(bed.get("/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theAnswersHeadArrivesBeforeItsFirstEvent() throws Exception {
        try (MeshBed bed = new MeshBed(TO_STABLE.formatted(""))) {
            // Given
            HttpRequest request = events(bed, 1, 500);

            // When
            InputStream stream = open(bed, request);
            long head = System.nanoTime();
            int first = stream.read();
            long waited = (System.nanoTime() - head) / 1_000_000;

            // Then
            assertThat(first).isEqualTo('d');
            assertThat(waited).isGreaterThan(50);
        }
    }

    @Test
    void aRequestsBodyIsPassedOnAsItComes() throws Exception {
        try (MeshBed bed = new MeshBed(TO_STABLE.formatted(""));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), bed.mesh.port())) {
            // Given
            OutputStream out = socket.getOutputStream();

            // When
            write(
                    out,
                    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst \r\n");
            await().until(() -> bed.stable.requests() == 1);
            write(out, "6\r\nsecond\r\n0\r\n\r\n");

            // Then
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("\"body\":\"first second\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-echo-early: 1", "x-early: 1"})
    void anAnswerBeforeTheRequestsEndDoesNotBlockTheConnection(String header) throws Exception {
        try (MeshBed bed = new MeshBed("""
                        - {match: [{headers: {x-early: {}}}], directResponse: {status: 200}}
                        - {retries: {attempts: 0}, route: [{destination: {host: mcp-server, subset: stable}}]}
                        """);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), bed.mesh.port())) {
            // Given
            socket.setSoTimeout(10_000);
            String rest = "x".repeat(256 * 1024);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            write(
                    out,
                    "POST /1 HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + "\r\nContent-Length: " + (5 + rest.length())
                            + "\r\n\r\n12345");
            byte[] first = in.readNBytes("HTTP/1.1 200 OK".length());

            // When
            write(out, rest + "GET /2 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

            // Then
            assertThat(new String(first, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("\"target\":\"/2\"");
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Test
    void aClientThatHangsUpEndsTheRequestAtThePodAndIsNoAnswer() throws Exception {
        try (MeshBed bed = new MeshBed(TO_STABLE.formatted(""))) {
            // Given
            HttpRequest hanging = bed.to("/mcp").header("x-echo-hang", "1").build();

            // When
            CompletableFuture<HttpResponse<String>> answer =
                    bed.client.sendAsync(hanging, HttpResponse.BodyHandlers.ofString());
            await().until(() -> bed.count("envoy_cluster_upstream_rq_active") == 1);
            answer.cancel(true);

            // Then
            await().until(() -> bed.stable.hangUps() == 1);
            await().until(() -> bed.count("envoy_cluster_upstream_rq_active") == 0);
            assertThat(bed.count("envoy_cluster_upstream_rq_total")).isEqualTo(1);
            assertThat(bed.count("envoy_cluster_upstream_rq_completed")).isZero();
            assertThat(bed.count("envoy_http_downstream_rq_rx_reset")).isEqualTo(1);
            assertThat(bed.count("istio_requests_total", "response_code=\"0\"", "response_flags=\"DC\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void theRoutesTimeoutCutsAStreamThatHasBegun() throws Exception {
        try (MeshBed bed = new MeshBed(TO_STABLE.formatted("timeout: 1s,"))) {
            // Given
            HttpRequest request = events(bed, 100, 50);

            // When
            List<Byte> received = new ArrayList<>();
            IOException cut = null;
            try (InputStream stream = open(bed, request)) {
                for (int b = stream.read(); b >= 0; b = stream.read()) {
                    received.add((byte) b);
                }
            } catch (IOException e) {
                cut = e;
            }

            // Then
            assertThat(cut).isNotNull();
            assertThat(received).hasSizeBetween("data: stable 1\n\n".length(), 99 * "data: stable 1\n\n".length());
            assertThat(bed.count("envoy_cluster_upstream_rq_timeout")).isEqualTo(1);
            assertThat(bed.count("envoy_cluster_upstream_rq_xx", "class=\"2\"")).isEqualTo(1);
        }
    }

    @Test
    void aLargeAnswerComesWholeToASlowReader() throws Exception {
        try (MeshBed bed = new MeshBed(TO_STABLE.formatted(""))) {
            // Given
            String large = "x".repeat(8 << 20);
            HttpRequest request = bed.to("/mcp")
                    .POST(HttpRequest.BodyPublishers.ofString(large))
                    .build();

            // When
            String body = Yaml.received(bed.send(request).body()).path("body").asText();

            // Then
            assertThat(body.equals(large)).as("%d characters", body.length()).isTrue();
        }
    }
}
