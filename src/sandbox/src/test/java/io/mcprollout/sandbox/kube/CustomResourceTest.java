package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How definitions and what they define are served. */
class CustomResourceTest extends CustomResources {
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
