package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.sandbox.kube.model.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Server-side apply, strategic merge, and who owns what. */
class ApplyTest {
    private static final String MAP = "/api/v1/namespaces/default/configmaps/a";
    private static final String WEB = "/apis/apps/v1/namespaces/default/deployments/web";
    private static final String DEPLOYMENT = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
             spec: {replicas: 2, selector: {matchLabels: {app: web}},
                    template: {metadata: {labels: {app: web}}, spec: {containers: [
                      {name: web, image: "web:1", env: [{name: A, value: "1"}, {name: B, value: "2"}]}]}}}}""";

    private final KubeApi api = KubeApi.start();
    private final Http http = new Http(api.url());

    @AfterEach
    void stop() {
        api.close();
    }

    private static String map(String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: " + data + "}";
    }

    @Test
    void anApplyCreatesAndOwns() throws Exception {
        // When
        var created = http.apply(MAP + "?fieldManager=one", map("{k: v}"));
        // Then
        assertThat(created.status()).isEqualTo(201);
        var owner = created.body().path("metadata").path("managedFields").path(0);
        assertThat(owner.path("manager").asText()).isEqualTo("one");
        assertThat(owner.path("operation").asText()).isEqualTo("Apply");
        assertThat(owner.path("fieldsV1").toString()).isEqualTo("{\"f:data\":{\"f:k\":{}}}");
    }

    @Test
    void theSameApplyAgainChangesNothing() throws Exception {
        // Given
        var created = http.apply(MAP + "?fieldManager=one", map("{k: v}"));
        // When
        var again = http.apply(MAP + "?fieldManager=one", map("{k: v}"));
        // Then
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(created.body());
    }

    @Test
    void aFieldOfAnotherIsAConflictUnlessForced() throws Exception {
        // Given
        http.apply(MAP + "?fieldManager=one", map("{k: v, l: w}"));
        // When
        var refused = http.apply(MAP + "?fieldManager=two", map("{k: other}"));
        var forced = http.apply(MAP + "?fieldManager=two&force=true", map("{k: other}"));
        // Then
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("Conflict");
        assertThat(refused.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\" using v1: .data.k");
        assertThat(refused.body().path("details").path("causes").toString())
                .isEqualTo("[{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"one\\\" using v1\","
                        + "\"field\":\".data.k\"}]");
        assertThat(forced.status()).isEqualTo(200);
        assertThat(forced.body().path("data").toString()).isEqualTo("{\"k\":\"other\",\"l\":\"w\"}");
        assertThat(forced.body()
                        .path("metadata")
                        .path("managedFields")
                        .path(0)
                        .path("fieldsV1")
                        .toString())
                .isEqualTo("{\"f:data\":{\"f:l\":{}}}");
    }

    @Test
    void whatIsNoLongerAppliedGoesUnlessAnotherWantsIt() throws Exception {
        // Given
        http.apply(MAP + "?fieldManager=one", map("{a: '1', b: '2', c: '3'}"));
        http.apply(MAP + "?fieldManager=two", map("{b: '2'}"));
        // When
        var after = http.apply(MAP + "?fieldManager=one", map("{a: '1'}"));
        // Then
        assertThat(after.body().path("data").toString()).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
    }

    @Test
    void aPlainWriteTakesTheField() throws Exception {
        // Given
        http.apply(MAP + "?fieldManager=one", map("{k: v}"));
        http.mergePatch(MAP + "?fieldManager=hand", "{\"data\": {\"k\": \"w\"}}");
        // When
        var refused = http.apply(MAP + "?fieldManager=one", map("{k: v}"));
        // Then
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.message()).contains("conflict with \"hand\" using v1: .data.k");
    }

    @Test
    void listItemsAreOwnedByTheirKeys() throws Exception {
        // Given
        http.apply(WEB + "?fieldManager=one", DEPLOYMENT);
        // When
        var more = http.apply(WEB + "?fieldManager=two", """
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [
                  {name: web, env: [{name: C, value: "3"}]}, {name: side, image: "side:1"}]}}}}""");
        var fewer = http.apply(WEB + "?fieldManager=one", DEPLOYMENT.replace(", {name: B, value: \"2\"}", ""));
        // Then
        assertThat(more.status()).isEqualTo(200);
        var containers = Json.at(fewer.body(), "spec.template.spec.containers");
        assertThat(containers.findValuesAsText("name")).containsExactly("web", "A", "C", "side");
        assertThat(containers.path(0).path("image").asText()).isEqualTo("web:1");
    }

    @Test
    void statusIsAppliedApart() throws Exception {
        // Given
        http.apply(WEB + "?fieldManager=one", DEPLOYMENT);
        // When
        var applied = http.apply(WEB + "/status?fieldManager=player&force=true", """
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 9},
                 status: {replicas: 2, conditions: [{type: Available, status: "True"}]}}""");
        // Then
        assertThat(applied.status()).isEqualTo(200);
        assertThat(applied.body().path("spec").path("replicas").asInt()).isEqualTo(2);
        assertThat(applied.body()
                        .path("status")
                        .path("conditions")
                        .path(0)
                        .path("type")
                        .asText())
                .isEqualTo("Available");
        assertThat(applied.body()
                        .path("metadata")
                        .path("managedFields")
                        .path(1)
                        .path("subresource")
                        .asText())
                .isEqualTo("status");
    }

    @Test
    void anApplyNeedsAManager() throws Exception {
        // When
        var refused = http.apply(MAP, map("{k: v}"));
        // Then
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message()).contains("fieldManager: Required value: is required for apply patch");
    }

    @Test
    void aStrategicMergeKnowsTheKeysOfLists() throws Exception {
        // Given
        http.apply(WEB + "?fieldManager=one", DEPLOYMENT);
        // When
        var patched = http.send("PATCH", WEB, "application/strategic-merge-patch+json", """
                {"spec": {"replicas": null, "template": {"spec": {"$setElementOrder/containers": [{"name": "side"}, {"name": "web"}],
                 "containers": [{"name": "web", "env": [{"name": "A", "$patch": "delete"}, {"name": "B", "value": "9"}]},
                                {"name": "side", "image": "side:1"}]}}}}""");
        // Then
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body().path("spec").path("replicas").asInt()).isEqualTo(1);
        var containers = Json.at(patched.body(), "spec.template.spec.containers");
        assertThat(containers.findValuesAsText("name")).containsExactly("side", "web", "B");
        assertThat(containers.path(1).path("env").toString()).isEqualTo("[{\"name\":\"B\",\"value\":\"9\"}]");
    }
}
