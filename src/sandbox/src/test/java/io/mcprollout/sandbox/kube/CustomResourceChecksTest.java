package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which objects a definition prunes, completes and refuses. */
class CustomResourceChecksTest extends CustomResources {
    @Test
    void unknownFieldsArePrunedAndDefaultsSet() throws Exception {
        // When
        var created = http.post(
                PLANS, plan("{steps: [{weight: 100, extra: 1}], extra: 1, free: {any: [1]}, labels: {a: b}}"));
        // Then
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().path("spec").toString())
                .isEqualTo(
                        "{\"steps\":[{\"weight\":100,\"hold\":\"5s\"}],\"free\":{\"any\":[1]},\"labels\":{\"a\":\"b\"},"
                                + "\"replicas\":1,\"mode\":\"Slow\"}");
    }

    @Test
    void strictWritesRefuseUnknownFields() throws Exception {
        // When
        var refused = http.post(PLANS + "?fieldValidation=Strict", plan("{steps: [{weight: 100, extra: 1}]}"));
        // Then
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).isEqualTo("strict decoding error: unknown field \"spec.steps[0].extra\"");
    }

    @Test
    void allFaultsAreToldAtOnce() throws Exception {
        // When
        var refused = http.post(
                PLANS,
                plan(
                        "{steps: [{weight: 0}, {weight: 900}], mode: Odd, hold: soon, replicas: many, budget: true, labels: {a: 1}}"));
        // Then
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(refused.message())
                .startsWith("Plan.example.org \"a\" is invalid: [")
                .contains(
                        "spec.steps[0].weight: Invalid value: 0: spec.steps[0].weight in body should be greater than or equal to 1")
                .contains(
                        "spec.steps[1].weight: Invalid value: 900: spec.steps[1].weight in body should be less than or equal to 100")
                .contains("spec.mode: Unsupported value: \"Odd\": supported values: \"Fast\", \"Slow\"")
                .contains("spec.hold: Invalid value: \"soon\": spec.hold in body should match '^[0-9]+s$'")
                .contains(
                        "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"")
                .contains("spec.budget: Invalid value: \"boolean\"")
                .contains("spec.labels.a: Invalid value: \"integer\"")
                .contains("some validation rules were not checked because the object was invalid");
        assertThat(refused.body().path("details").path("causes").findValuesAsText("field"))
                .contains("spec.steps[0].weight", "spec.mode", "spec.hold");
    }

    @Test
    void requiredFieldsAndListBoundsAreChecked() throws Exception {
        // When
        var missing = http.post(PLANS, plan("{}"));
        var empty = http.post(PLANS, plan("{steps: []}"));
        var many = http.post(
                PLANS, plan("{steps: [{weight: 1}, {weight: 2}, {weight: 3}, {weight: 4}, {weight: 5}, {weight: 6}]}"));
        // Then
        assertThat(missing.message()).contains("spec.steps: Required value");
        assertThat(empty.message())
                .contains("spec.steps: Invalid value: 0: spec.steps in body should have at least 1 items");
        assertThat(many.message()).contains("spec.steps: Too many: 6: must have at most 5 items");
    }

    @Test
    void brokenRulesAreToldWithTheirPaths() throws Exception {
        // When
        var refused = http.post(PLANS, plan("{steps: [{weight: 10}], owner: root}"));
        // Then
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .isEqualTo(
                        "Plan.example.org \"a\" is invalid: [spec.steps: Invalid value: \"object\": the last step must have weight 100,"
                                + " spec.owner: Forbidden: owner must not be root]");
    }

    @Test
    void aTransitionRuleSpeaksOfChangesOnly() throws Exception {
        // Given
        http.post(PLANS, plan("{steps: [{weight: 100}], owner: me}"));
        // When
        var same = http.mergePatch(PLANS + "/a", "{\"spec\": {\"owner\": \"me\", \"mode\": \"Fast\"}}");
        var changed = http.mergePatch(PLANS + "/a", "{\"spec\": {\"owner\": \"you\"}}");
        // Then
        assertThat(same.status()).isEqualTo(200);
        assertThat(changed.message())
                .isEqualTo(
                        "Plan.example.org \"a\" is invalid: spec.owner: Invalid value: \"string\": owner is immutable");
    }

    @Test
    void anUpdateNeedsAVersion() throws Exception {
        // Given
        http.post(PLANS, plan("{steps: [{weight: 100}]}"));
        var unversioned = api.get("plans", "default", "a").orElseThrow();
        unversioned.withObject("/metadata").remove("resourceVersion");
        // When
        var refused = http.put(PLANS + "/a", unversioned);
        // Then
        assertThat(refused.message())
                .contains("metadata.resourceVersion: Invalid value: 0x0: must be specified for an update");
    }
}
