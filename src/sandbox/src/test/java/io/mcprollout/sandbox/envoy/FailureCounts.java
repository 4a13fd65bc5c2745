package io.mcprollout.sandbox.envoy;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.mcprollout.sandbox.mesh.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** One kind of failure at a time, and what every counter that matters gained by it. */
final class FailureCounts {
    private static final int REQUESTS = 5;
    private static final List<String> KINDS =
            List.of("ok", "server503", "retried503", "reset", "timeout", "uf", "uh", "nc", "nr", "hangup");
    private static final Pattern COUNTERS = Pattern.compile(
            "envoy_cluster_upstream_(rq_completed|rq_xx|rq|rq_total|rq_timeout"
                    + "|rq_retry|cx_connect_fail|cx_none_healthy)\\{.*|envoy_http_(no_cluster|no_route|downstream_rq_rx_reset)\\{.*.*");

    private final MeshPair pair;
    private final Gateway gateway;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    FailureCounts(MeshPair pair, Gateway gateway) {
        this.pair = pair;
        this.gateway = gateway;
    }

    static JsonNode virtualService() throws IOException {
        return new YAMLMapper().readTree("""
                kind: VirtualService
                metadata: {name: failures, namespace: ns}
                spec:
                  hosts: ['*']
                  gateways: [istio-ingress/gateway]
                  http:
                  - {match: [{uri: {exact: /nc}}], route: [{destination: {host: mcp-server, subset: nowhere}}]}
                  - {match: [{uri: {exact: /uh}}], route: [{destination: {host: empty}}]}
                  - {match: [{uri: {exact: /uf}}], route: [{destination: {host: dead}}]}
                  - {match: [{uri: {exact: /timeout}}], timeout: 100ms, route: [{destination: {host: mcp-server, subset: canary}}]}
                  - match: [{uri: {exact: /retried503}}]
                    retries: {attempts: 1, retryOn: 5xx}
                    route: [{destination: {host: mcp-server, subset: canary}}]
                  - {match: [{uri: {regex: /(ok|server503|reset|hangup)}}], route: [{destination: {host: mcp-server, subset: canary}}]}
                """);
    }

    /** By kind and series, what the counters gained. */
    Map<String, Long> measure() {
        Map<String, Long> gains = new TreeMap<>();
        for (String kind : KINDS) {
            Map<String, Long> before = scrape();
            for (int i = 0; i < REQUESTS; i++) {
                send(kind);
            }
            Map<String, Long> after = scrape();
            after.forEach((series, value) -> {
                long gain = value - before.getOrDefault(series, 0L);
                if (gain != 0) {
                    gains.put(kind + " " + series, gain);
                }
            });
        }
        return gains;
    }

    private void send(String kind) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/" + kind));
        switch (kind) {
            case "server503", "retried503" -> request.header("x-echo-status", "503");
            case "reset" -> request.header("x-echo-reset", "1");
            case "timeout", "hangup" -> request.header("x-echo-hang", "1");
            default -> {}
        }
        int arrived = pair.canary.requests();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        if (kind.equals("hangup")) {
            int hangUps = pair.canary.hangUps();
            await().until(() -> pair.canary.requests() > arrived);
            answer.cancel(true);
            await().until(() -> pair.canary.hangUps() > hangUps);
        } else {
            answer.join();
        }
    }

    private Map<String, Long> scrape() {
        URI page = URI.create("http://127.0.0.1:" + gateway.adminPort() + "/stats/prometheus?usedonly");
        Map<String, Long> values = new TreeMap<>();
        try {
            client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> COUNTERS.matcher(line).matches())
                    .forEach(line -> values.put(
                            line.substring(0, line.lastIndexOf(' ')),
                            Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }
}
