package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MeshTest {
    private static final String TO_STABLE = "- route: [{destination: {host: mcp-server, subset: stable}}]";

    @Test
    void methodPathQueryHeadersAndBodyArriveAndTheAnswerComesBack() {
        try (MeshBed bed = new MeshBed(TO_STABLE)) {
            // Given
            HttpRequest request = bed.to("/mcp?a=%20b")
                    .header("x-mine", "1")
                    .method("PATCH", HttpRequest.BodyPublishers.ofString("hello"))
                    .build();

            // When
            HttpResponse<String> response = bed.send(request);

            // Then
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("server")).hasValue("envoy");
            assertThat(response.headers().firstValue("x-echo-server")).hasValue("stable");
            var received = Yaml.received(response.body());
            assertThat(received.path("method").asText()).isEqualTo("PATCH");
            assertThat(received.path("target").asText()).isEqualTo("/mcp?a=%20b");
            assertThat(received.path("body").asText()).isEqualTo("hello");
            assertThat(received.at("/headers/x-mine").asText()).isEqualTo("1");
            assertThat(received.at("/headers/host").asText()).isEqualTo("127.0.0.1:" + bed.mesh.port());
        }
    }

    @Test
    void weightsShareRequestsAndEachShareHasItsHeaders() {
        try (MeshBed bed = new MeshBed(MeshBed.TWO.formatted(75, 25))) {
            // Given
            int requests = 400;

            // When
            Map<String, Integer> served = new TreeMap<>();
            Map<String, Integer> named = new TreeMap<>();
            for (int i = 0; i < requests; i++) {
                HttpResponse<String> response = bed.get("/mcp");
                served.merge(response.headers().firstValue("x-echo-server").orElse("none"), 1, Integer::sum);
                named.merge(response.headers().firstValue("x-mcp-variant").orElse("none"), 1, Integer::sum);
            }

            // Then
            assertThat(served).isEqualTo(named);
            assertThat(served.getOrDefault("canary", 0)).isBetween(70, 130);
            assertThat(bed.count("envoy_cluster_upstream_rq_completed", "cluster_name=\"" + MeshBed.CANARY))
                    .isEqualTo((long) served.getOrDefault("canary", 0));
        }
    }

    @Test
    void requestHeadersPathAndAuthorityAreChangedOnTheWay() {
        try (MeshBed bed = new MeshBed("""
                - match: [{uri: {prefix: /old}}]
                  rewrite: {uri: /new, authority: inner.example}
                  headers: {request: {set: {x-set: rule}, add: {x-add: '2'}, remove: [x-gone]}}
                  route: [{destination: {host: mcp-server, subset: stable}}]
                """)) {
            // Given
            String[] headers = {"x-gone", "1", "x-add", "1", "x-set", "mine"};

            // When
            var received = Yaml.received(bed.get("/old/a?b", headers).body());

            // Then
            assertThat(received.path("target").asText()).isEqualTo("/new/a?b");
            assertThat(received.at("/headers/x-set").asText()).isEqualTo("rule");
            assertThat(received.at("/headers/x-add").asText()).isEqualTo("1,2");
            assertThat(received.at("/headers/x-gone").isMissingNode()).isTrue();
            assertThat(received.at("/headers/host").asText()).isEqualTo("inner.example");
            assertThat(received.at("/headers/x-request-id").asText()).hasSize(36);
        }
    }

    @Test
    void answersOfItsOwnCarryTheRulesHeaders() {
        try (MeshBed bed = new MeshBed("""
                - match: [{uri: {exact: /gone}}]
                  headers: {response: {set: {x-rule: gone, content-type: application/json}}}
                  directResponse: {status: 404, body: {string: '{"error":1}'}}
                - match: [{uri: {exact: /moved}}]
                  redirect: {uri: /there, redirectCode: 307}
                """)) {
            // Given
            List<String> paths = List.of("/gone", "/moved", "/nowhere");

            // When
            List<HttpResponse<String>> answers = paths.stream().map(bed::get).toList();

            // Then
            assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(404, 307, 404);
            assertThat(answers.get(0).body()).isEqualTo("{\"error\":1}");
            assertThat(answers.get(0).headers().firstValue("x-rule")).hasValue("gone");
            assertThat(answers.get(0).headers().allValues("content-type")).containsExactly("application/json");
            assertThat(answers.get(1).headers().firstValue("location"))
                    .hasValue("http://127.0.0.1:" + bed.mesh.port() + "/there");
            assertThat(answers.get(2).body()).isEmpty();
        }
    }

    @Test
    void durationsReachToTheEndOfTheAnswerAndAreShownWithinSeconds() {
        try (MeshBed bed = new MeshBed(TO_STABLE)) {
            // Given
            String family = "istio_request_duration_milliseconds";
            String answered = "response_code=\"200\"";
            String failed = "response_code=\"503\"";

            // When
            bed.get("/mcp");
            bed.get("/mcp", "x-echo-delay", "300");
            bed.get("/mcp", "x-echo-events", "3", "x-echo-interval", "400");
            bed.get("/mcp", "x-echo-status", "503");

            // Then
            await().until(() -> bed.count(family + "_count", answered) == 3);
            assertThat(bed.count(family + "_bucket", answered, "le=\"250\"")).isEqualTo(1);
            assertThat(bed.count(family + "_bucket", answered, "le=\"1000\"")).isEqualTo(2);
            assertThat(bed.count(family + "_bucket", answered, "le=\"+Inf\"")).isEqualTo(3);
            assertThat(bed.count(family + "_sum", answered)).isGreaterThan(300 + 3 * 400 - 10);
            assertThat(bed.count(family + "_count", failed, "destination_workload=\"stable\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void readyPodsOfASubsetTakeTurns() {
        try (MeshBed bed = new MeshBed(TO_STABLE)) {
            // Given
            bed.config.endpoints(MeshBed.pod(bed.stable, "stable"), MeshBed.pod(bed.canary, "stable"));
            bed.mesh.configChanged();

            // When
            for (int i = 0; i < 10; i++) {
                bed.get("/");
            }

            // Then
            assertThat(List.of(bed.stable.requests(), bed.canary.requests())).containsExactly(5, 5);
        }
    }
}
