package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Create, read, update, patch and delete over plain HTTP. */
class CrudTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String DEPLOYMENT = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
             spec: {selector: {matchLabels: {app: web}},
                    template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}}}""";

    private final KubeApi api = KubeApi.start();
    private final Http http = new Http(api.url());

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aCreatedObjectHasWhatTheServerGives() throws Exception {
        // When
        var created = http.post(MAPS, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}");
        // Then
        assertThat(created.status()).isEqualTo(201);
        var meta = created.body().path("metadata");
        assertThat(meta.path("namespace").asText()).isEqualTo("default");
        assertThat(meta.path("uid").asText()).hasSize(36);
        assertThat(meta.path("creationTimestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(meta.path("resourceVersion").asLong()).isPositive();
        assertThat(http.get(MAPS + "/a").body()).isEqualTo(created.body());
    }

    @Test
    void aNameIsGeneratedFromItsPrefix() throws Exception {
        // When
        var first = http.post(MAPS, "{metadata: {generateName: job-}}");
        var second = http.post(MAPS, "{metadata: {generateName: job-}}");
        // Then
        assertThat(first.body().path("metadata").path("name").asText()).matches("job-[a-z0-9]{5}");
        assertThat(second.body().path("metadata").path("name").asText())
                .isNotEqualTo(first.body().path("metadata").path("name").asText());
    }

    @Test
    void aSecondOfTheSameNameAlreadyExists() throws Exception {
        // Given
        http.post(MAPS, "{metadata: {name: a}}");
        // When
        var again = http.post(MAPS, "{metadata: {name: a}}");
        // Then
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.reason()).isEqualTo("AlreadyExists");
        assertThat(again.message()).isEqualTo("configmaps \"a\" already exists");
        assertThat(again.body().path("details").path("kind").asText()).isEqualTo("configmaps");
    }

    @Test
    void anAbsentObjectIsNotFound() throws Exception {
        // When
        var absent = http.get(DEPLOYMENTS + "/none");
        // Then
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.reason()).isEqualTo("NotFound");
        assertThat(absent.message()).isEqualTo("deployments.apps \"none\" not found");
    }

    @Test
    void anObjectNeedsItsNamespace() throws Exception {
        // When
        var refused = http.post("/api/v1/namespaces/nowhere/configmaps", "{metadata: {name: a}}");
        // Then
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.message()).isEqualTo("namespaces \"nowhere\" not found");
    }

    @Test
    void anUpdateOfAnOldVersionConflicts() throws Exception {
        // Given
        var old = http.post(MAPS, "{metadata: {name: a}}").body();
        http.mergePatch(MAPS + "/a", "{\"data\": {\"k\": \"v\"}}");
        // When
        var refused = http.put(MAPS + "/a", old);
        // Then
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("Conflict");
        assertThat(refused.message()).contains("the object has been modified");
    }

    @Test
    void aPatchThatCarriesAnOldVersionConflicts() throws Exception {
        // Given
        http.post(MAPS, "{metadata: {name: a}}");
        // When
        var refused =
                http.mergePatch(MAPS + "/a", "{\"metadata\": {\"resourceVersion\": \"1\"}, \"data\": {\"k\": \"v\"}}");
        // Then
        assertThat(refused.status()).isEqualTo(409);
    }

    @Test
    void aWriteThatChangesNothingKeepsTheVersion() throws Exception {
        // Given
        var before = http.post(MAPS, "{metadata: {name: a}, data: {k: v}}").body();
        // When
        var after = http.mergePatch(MAPS + "/a", "{\"data\": {\"k\": \"v\"}}");
        // Then
        assertThat(after.status()).isEqualTo(200);
        assertThat(after.body()).isEqualTo(before);
    }

    @Test
    void generationCountsChangesOfTheSpecOnly() throws Exception {
        // Given
        http.post(DEPLOYMENTS, DEPLOYMENT);
        // When
        var labelled = http.mergePatch(DEPLOYMENTS + "/web", "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
        var status = http.mergePatch(DEPLOYMENTS + "/web/status", "{\"status\": {\"replicas\": 1}}");
        var scaled = http.mergePatch(DEPLOYMENTS + "/web", "{\"spec\": {\"replicas\": 3}}");
        // Then
        assertThat(labelled.body().path("metadata").path("generation").asInt()).isEqualTo(1);
        assertThat(status.body().path("metadata").path("generation").asInt()).isEqualTo(1);
        assertThat(scaled.body().path("metadata").path("generation").asInt()).isEqualTo(2);
    }

    @Test
    void specAndStatusAreWrittenApart() throws Exception {
        // Given
        http.post(DEPLOYMENTS, DEPLOYMENT);
        // When
        var main = http.mergePatch(DEPLOYMENTS + "/web", "{\"status\": {\"replicas\": 7}}");
        var status = http.mergePatch(
                DEPLOYMENTS + "/web/status", "{\"spec\": {\"replicas\": 7}, \"status\": {\"replicas\": 2}}");
        // Then
        assertThat(main.body().has("status")).isFalse();
        assertThat(status.body().path("spec").path("replicas").asInt()).isEqualTo(1);
        assertThat(status.body().path("status").path("replicas").asInt()).isEqualTo(2);
    }

    @Test
    void aStatusOfAnOldVersionConflicts() throws Exception {
        // Given
        var old = http.post(DEPLOYMENTS, DEPLOYMENT).body();
        http.mergePatch(DEPLOYMENTS + "/web", "{\"spec\": {\"replicas\": 3}}");
        // When
        var refused = http.put(DEPLOYMENTS + "/web/status", old);
        // Then
        assertThat(refused.status()).isEqualTo(409);
    }

    @Test
    void aJsonPatchDoesAllItsOperations() throws Exception {
        // Given
        http.post(MAPS, "{metadata: {name: a}, data: {a: '1', b: '2', c: '3'}}");
        // When
        var patched = http.jsonPatch(MAPS + "/a", """
                [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "replace", "path": "/data/a", "value": "9"},
                 {"op": "remove", "path": "/data/b"}, {"op": "move", "from": "/data/c", "path": "/data/d"},
                 {"op": "copy", "from": "/data/d", "path": "/data/e"}, {"op": "add", "path": "/data/f~1g", "value": "x"}]""");
        // Then
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body().path("data").toString())
                .isEqualTo("{\"a\":\"9\",\"d\":\"3\",\"e\":\"3\",\"f/g\":\"x\"}");
    }

    @Test
    void aFailedTestOfAJsonPatchIsInvalidAndChangesNothing() throws Exception {
        // Given
        var before = http.post(MAPS, "{metadata: {name: a}, data: {a: '1'}}").body();
        // When
        var refused = http.jsonPatch(MAPS + "/a", """
                [{"op": "replace", "path": "/data/a", "value": "2"}, {"op": "test", "path": "/data/a", "value": "1"}]""");
        // Then
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(refused.message()).isEqualTo("the server rejected our request due to an error in our request");
        assertThat(http.get(MAPS + "/a").body()).isEqualTo(before);
    }

    @Test
    void anUnknownPatchTypeIsNotSupported() throws Exception {
        // Given
        http.post(MAPS, "{metadata: {name: a}}");
        // When
        var refused = http.send("PATCH", MAPS + "/a", "application/json", "{}");
        // Then
        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.reason()).isEqualTo("UnsupportedMediaType");
    }

    @Test
    void aBodyThatIsTooBigIsRefused() throws Exception {
        // When
        var refused = http.post(MAPS, "{metadata: {name: a}, data: {a: '" + "x".repeat(4_000_000) + "'}}");
        // Then
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.reason()).isEqualTo("RequestEntityTooLarge");
    }

    @Test
    void aDeletedObjectIsGone() throws Exception {
        // Given
        http.post(MAPS, "{metadata: {name: a}}");
        // When
        var deleted = http.delete(MAPS + "/a");
        // Then
        assertThat(deleted.body().path("status").asText()).isEqualTo("Success");
        assertThat(http.get(MAPS + "/a").status()).isEqualTo(404);
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        // When
        var dry = http.post(MAPS + "?dryRun=All", "{metadata: {name: a}}");
        // Then
        assertThat(dry.status()).isEqualTo(201);
        assertThat(http.get(MAPS + "/a").status()).isEqualTo(404);
    }

    @Test
    void labelsAndEventsHaveTheirRules() throws Exception {
        // When
        var label = http.post(MAPS, "{metadata: {name: a, labels: {app: 'not/allowed', n: 1}}}");
        var event = http.post("/api/v1/namespaces/default/events", """
                {metadata: {name: e}, involvedObject: {kind: Pod, name: p, namespace: other}, message: m, reason: R, type: Normal}""");
        var selector =
                http.post(DEPLOYMENTS, DEPLOYMENT.replace("{matchLabels: {app: web}}", "{matchLabels: {app: x}}"));
        // Then
        assertThat(label.status()).isEqualTo(422);
        assertThat(label.message())
                .contains("metadata.labels: Invalid value: \"not/allowed\"")
                .contains("Invalid value: 1");
        assertThat(event.message()).contains("does not match event.namespace");
        assertThat(selector.message()).contains("`selector` does not match template `labels`");
    }
}
