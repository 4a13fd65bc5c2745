package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Custom resources: served at once, pruned, defaulted, validated, with rules in CEL. */
class CustomResourceTest {
    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String PLANS = "/apis/example.org/v1/namespaces/default/plans";
    private static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: plans.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: plans, singular: plan, kind: Plan, shortNames: [pl]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
                additionalPrinterColumns:
                - {name: Phase, type: string, jsonPath: .status.phase}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                schema:
                  openAPIV3Schema:
                    type: object
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        required: [steps]
                        x-kubernetes-validations:
                        - {rule: "self.steps[self.steps.size() - 1].weight == 100", message: the last step must have weight 100, fieldPath: .steps}
                        - {rule: "!has(self.owner) || self.owner != 'root'", message: owner must not be root, reason: FieldValueForbidden, fieldPath: .owner}
                        properties:
                          replicas: {type: integer, default: 1, minimum: 0}
                          owner:
                            type: string
                            x-kubernetes-validations: [{rule: self == oldSelf, message: owner is immutable}]
                          mode: {type: string, enum: [Fast, Slow], default: Slow}
                          hold: {type: string, pattern: '^[0-9]+s$'}
                          budget: {x-kubernetes-int-or-string: true}
                          free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          labels: {type: object, additionalProperties: {type: string}}
                          steps:
                            type: array
                            minItems: 1
                            maxItems: 5
                            items:
                              type: object
                              required: [weight]
                              properties:
                                weight: {type: integer, minimum: 1, maximum: 100}
                                hold: {type: string, default: 5s}
                      status:
                        type: object
                        properties:
                          phase: {type: string}
                          replicas: {type: integer}
                          conditions:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [type]
                            items:
                              type: object
                              required: [type]
                              properties: {type: {type: string}, status: {type: string}}
            """;

    private final KubeApi api = KubeApi.start();
    private final Http http = new Http(api.url());

    @BeforeEach
    void define() throws Exception {
        http.post(CRDS, CRD);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String plan(String spec) {
        return "{apiVersion: example.org/v1, kind: Plan, metadata: {name: a}, spec: " + spec + "}";
    }

    @Test
    void aDefinitionIsEstablishedAndDiscovered() throws Exception {
        // When
        var crd = http.get(CRDS + "/plans.example.org");
        var resources = http.get("/apis/example.org/v1");
        // Then
        assertThat(crd.body().path("status").path("conditions").findValuesAsText("type"))
                .contains("Established");
        assertThat(resources.body().path("resources").findValuesAsText("name"))
                .containsExactly("plans", "plans/status", "plans/scale");
    }

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

    @Test
    void conditionsMergeByTypeWhenApplied() throws Exception {
        // Given
        http.post(PLANS, plan("{steps: [{weight: 100}]}"));
        String head = "{apiVersion: example.org/v1, kind: Plan, metadata: {name: a}, status: {conditions: [";
        // When
        http.apply(PLANS + "/a/status?fieldManager=one", head + "{type: Ready, status: 'True'}]}}");
        var both = http.apply(PLANS + "/a/status?fieldManager=two", head + "{type: Fine, status: 'True'}]}}");
        // Then
        assertThat(both.body().path("status").path("conditions").findValuesAsText("type"))
                .containsExactly("Ready", "Fine");
        assertThat(both.body().path("metadata").path("generation").asInt()).isEqualTo(1);
    }

    @Test
    void aTableHasThePrinterColumns() throws Exception {
        // Given
        http.post(PLANS, plan("{steps: [{weight: 100}]}"));
        api.updateStatus("plans", "default", "a", plan -> {
            plan.withObject("/status").put("phase", "Done");
            plan.withObject("/status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", "True");
            return plan;
        });
        // When
        var table = http.with("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                .get(PLANS);
        // Then
        assertThat(table.body().path("kind").asText()).isEqualTo("Table");
        assertThat(table.body().path("columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "Phase", "Ready", "Age");
        assertThat(table.body().path("rows").path(0).path("cells").toString())
                .matches("\\[\"a\",\"Done\",\"True\",\"\\d+s\"]");
    }

    @Test
    void scaleSetsTheReplicas() throws Exception {
        // Given
        http.post(PLANS, plan("{steps: [{weight: 100}]}"));
        // When
        var scaled = http.mergePatch(PLANS + "/a/scale", "{\"spec\": {\"replicas\": 4}}");
        // Then
        assertThat(scaled.body().path("kind").asText()).isEqualTo("Scale");
        assertThat(http.get(PLANS + "/a").body().path("spec").path("replicas").asInt())
                .isEqualTo(4);
    }

    @Test
    void aDefinitionThatIsWrongIsRefused() throws Exception {
        // When
        var refused = http.post(
                CRDS,
                CRD.replace("plans.example.org", "odd.example.org")
                        .replace("self == oldSelf", "self ==")
                        .replace("hold: {type: string, pattern: '^[0-9]+s$'}", "hold: {pattern: x}"));
        // Then
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .contains(
                        "metadata.name: Invalid value: \"odd.example.org\": must be spec.names.plural+\".\"+spec.group")
                .contains("properties[spec].properties[hold].type: Required value")
                .contains("x-kubernetes-validations[0].rule: Invalid value: \"\": compilation failed");
    }

    @Test
    void withItsDefinitionEverythingOfAKindGoes() throws Exception {
        // Given
        http.post(PLANS, plan("{steps: [{weight: 100}]}"));
        // When
        http.delete(CRDS + "/plans.example.org");
        // Then
        assertThat(http.get(PLANS).status()).isEqualTo(404);
        assertThat(http.get("/apis/example.org").status()).isEqualTo(404);
    }

    @Test
    void istioIsServedInAllItsVersionsAndCheckedByItsWebhook() throws Exception {
        // Given
        var webhook = api.installIstio();
        api.apply("""
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: web}
                spec:
                  hosts: [web]
                  http:
                  - match: [{uri: {prefix: /mcp}, headers: {x: {exact: y}}}]
                    timeout: 0s
                    route: [{destination: {host: web, subset: a}, weight: 90}, {destination: {host: web, subset: b}, weight: 10}]
                """);
        String path = "/apis/networking.istio.io/v1/namespaces/default/virtualservices/web";
        // When
        var read = http.get(path);
        var zero = http.jsonPatch(
                path,
                "[{\"op\": \"replace\", \"path\": \"/spec/http/0/route/0/weight\", \"value\": 0},"
                        + "{\"op\": \"replace\", \"path\": \"/spec/http/0/route/1/weight\", \"value\": 0}]");
        var negative = http.jsonPatch(
                path, "[{\"op\": \"replace\", \"path\": \"/spec/http/0/route/0/weight\", \"value\": -1}]");
        var regex = http.jsonPatch(
                path,
                "[{\"op\": \"add\", \"path\": \"/spec/http/0/match/0/method\", \"value\": {\"regex\": \"(?=x)\"}}]");
        var union = http.jsonPatch(
                path, "[{\"op\": \"add\", \"path\": \"/spec/http/0/match/0/uri/exact\", \"value\": \"/\"}]");
        webhook.setDown(true);
        var down = http.mergePatch(path, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
        // Then
        assertThat(read.body().path("apiVersion").asText()).isEqualTo("networking.istio.io/v1");
        assertThat(read.body().path("spec").path("http").path(0).path("timeout").asText())
                .isEqualTo("0s");
        assertThat(zero.status()).isEqualTo(400);
        assertThat(zero.message()).contains("denied the request").contains("total destination weight = 0");
        assertThat(negative.message()).contains("weight -1 < 0");
        assertThat(regex.message()).contains("error parsing regexp");
        assertThat(union.status()).isEqualTo(422);
        assertThat(union.message()).contains("must validate one and only one schema (oneOf)");
        assertThat(down.status()).isEqualTo(500);
        assertThat(down.message())
                .startsWith("Internal error occurred: failed calling webhook \"validation.istio.io\"");
    }
}
