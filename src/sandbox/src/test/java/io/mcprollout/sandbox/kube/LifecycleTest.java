package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How objects go: finalizers, owners, namespaces, collections, preconditions. */
class LifecycleTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final KubeApi api = KubeApi.start();
    private final Http http = new Http(api.url());

    @AfterEach
    void stop() {
        api.close();
    }

    private ObjectNode map(String name, String metadata) {
        return api.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, %s}}".formatted(name, metadata))
                .get(0);
    }

    private static String ownedBy(ObjectNode owner) {
        return "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s, blockOwnerDeletion: true}]"
                .formatted(Json.meta(owner, "name"), Json.meta(owner, "uid"));
    }

    private boolean exists(String name) {
        return api.get("configmaps", "default", name).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"metadata\": {\"finalizers\": []}}", "{\"metadata\": {\"finalizers\": null}}"})
    void anObjectWaitsForItsFinalizers(String release) throws Exception {
        // Given
        map("a", "finalizers: [example.org/wait]");
        // When
        var marked = http.delete(MAPS + "/a");
        var added = http.mergePatch(
                MAPS + "/a", "{\"metadata\": {\"finalizers\": [\"example.org/wait\", \"example.org/more\"]}}");
        boolean waits = exists("a");
        var released = http.mergePatch(MAPS + "/a", release);
        // Then
        assertThat(marked.body().path("metadata").has("deletionTimestamp")).isTrue();
        assertThat(added.status()).isEqualTo(422);
        assertThat(added.message()).contains("no new finalizers can be added if the object is being deleted");
        assertThat(waits).isTrue();
        assertThat(released.status()).isEqualTo(200);
        assertThat(exists("a")).isFalse();
    }

    @Test
    void whatIsOwnedGoesWithItsOwner() throws Exception {
        // Given
        var owner = map("owner", "labels: {}");
        var child = map("child", ownedBy(owner));
        map("grandchild", ownedBy(child));
        // When
        http.delete(MAPS + "/owner");
        // Then
        assertThat(exists("child")).isFalse();
        assertThat(exists("grandchild")).isFalse();
    }

    @Test
    void anOrphanStays() throws Exception {
        // Given
        var owner = map("owner", "labels: {}");
        map("child", ownedBy(owner));
        // When
        http.delete(MAPS + "/owner?propagationPolicy=Orphan");
        // Then
        assertThat(exists("owner")).isFalse();
        assertThat(api.get("configmaps", "default", "child")
                        .orElseThrow()
                        .path("metadata")
                        .has("ownerReferences"))
                .isFalse();
    }

    @Test
    void inTheForegroundTheOwnerGoesLast() throws Exception {
        // Given
        var owner = map("owner", "labels: {}");
        map("child", ownedBy(owner) + ", finalizers: [example.org/wait]");
        // When
        http.delete(MAPS + "/owner?propagationPolicy=Foreground");
        boolean ownerWaits = exists("owner");
        http.mergePatch(MAPS + "/child", "{\"metadata\": {\"finalizers\": null}}");
        // Then
        assertThat(ownerWaits).isTrue();
        assertThat(exists("child")).isFalse();
        assertThat(exists("owner")).isFalse();
    }

    @Test
    void whoseOwnerIsGoneBeforeItComesGoesToo() {
        // Given
        var owner = map("owner", "labels: {}");
        api.delete("configmaps", "default", "owner");
        // When
        map("late", ownedBy(owner));
        // Then
        assertThat(exists("late")).isFalse();
    }

    @Test
    void aNamespaceGoesWithAllThatIsInIt() throws Exception {
        // Given
        api.apply("""
                {apiVersion: v1, kind: Namespace, metadata: {name: team}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: team}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: team, finalizers: [example.org/wait]}}
                """);
        // When
        http.delete("/api/v1/namespaces/team");
        var during = http.get("/api/v1/namespaces/team");
        var refused = http.post("/api/v1/namespaces/team/configmaps", "{metadata: {name: c}}");
        http.mergePatch("/api/v1/namespaces/team/configmaps/b", "{\"metadata\": {\"finalizers\": null}}");
        // Then
        assertThat(during.body().path("status").path("phase").asText()).isEqualTo("Terminating");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).contains("because it is being terminated");
        assertThat(http.get("/api/v1/namespaces/team").status()).isEqualTo(404);
        assertThat(api.list("configmaps", "team", "")).isEmpty();
    }

    @Test
    void aCollectionIsDeletedBySelector() throws Exception {
        // Given
        map("a", "labels: {app: x}");
        map("b", "labels: {app: x}");
        map("c", "labels: {app: z}");
        // When
        http.delete(MAPS + "?labelSelector=app%3Dx");
        // Then
        assertThat(api.list("configmaps", "default", "").stream().map(m -> Json.meta(m, "name")))
                .containsExactly("c");
    }

    @Test
    void aDeleteMayNameTheObjectItMeans() throws Exception {
        // Given
        var map = map("a", "labels: {}");
        // When
        var other = http.send("DELETE", MAPS + "/a", "application/json", "{\"preconditions\": {\"uid\": \"other\"}}");
        var old = http.send(
                "DELETE", MAPS + "/a", "application/json", "{\"preconditions\": {\"resourceVersion\": \"1\"}}");
        boolean stays = exists("a");
        var right = http.send(
                "DELETE",
                MAPS + "/a",
                "application/json",
                "{\"preconditions\": {\"uid\": \"%s\"}}".formatted(Json.meta(map, "uid")));
        // Then
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.message()).contains("Precondition failed: UID in precondition: other");
        assertThat(old.status()).isEqualTo(409);
        assertThat(stays).isTrue();
        assertThat(right.status()).isEqualTo(200);
        assertThat(exists("a")).isFalse();
    }

    @Test
    void anEventIsTheSameInBothItsGroups() throws Exception {
        // When
        http.post("/apis/events.k8s.io/v1/namespaces/default/events", """
                {metadata: {name: e}, regarding: {kind: Pod, name: p}, note: hello, reason: Why, type: Normal,
                 eventTime: "2026-01-01T00:00:00.000000Z", reportingController: c, reportingInstance: i, action: A}""");
        // Then
        var core = http.get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dp")
                .body()
                .path("items");
        assertThat(core.path(0).path("message").asText()).isEqualTo("hello");
        assertThat(core.path(0).path("apiVersion").asText()).isEqualTo("v1");
        var own = http.get("/apis/events.k8s.io/v1/namespaces/default/events/e").body();
        assertThat(own.path("note").asText()).isEqualTo("hello");
        assertThat(own.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
    }
}
