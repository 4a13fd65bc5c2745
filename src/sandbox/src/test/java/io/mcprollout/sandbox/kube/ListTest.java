package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.sandbox.kube.model.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists: selectors, pages, tables, and that big ones are quick. */
class ListTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final KubeApi api = KubeApi.start();
    private final Http http = new Http(api.url());

    @AfterEach
    void stop() {
        api.close();
    }

    private void maps() {
        api.apply("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {app: x, tier: one}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {app: x, tier: two}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: c, labels: {app: z}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: d}}
                """);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "app=x | a b",
                "app==x,tier=two | b",
                "app!=x | c d",
                "app in (x, z) | a b c",
                "tier in (two) | b",
                "tier notin (two) | a c d",
                "app | a b c",
                "!app | d",
                "app,!tier | c",
                "app= | -"
            })
    void labelsSelect(String selector, String expected) throws Exception {
        // Given
        maps();
        // When
        var list = http.get(MAPS + "?labelSelector=" + encoded(selector));
        // Then
        assertThat(list.status()).isEqualTo(200);
        assertThat(names(list)).isEqualTo(expected == null ? List.of() : List.of(expected.split(" ")));
    }

    private static List<String> names(Http.Answer list) {
        var names = new ArrayList<String>();
        list.body().path("items").forEach(item -> names.add(Json.meta(item, "name")));
        return names;
    }

    @Test
    void fieldsSelectAndUnknownOnesAreRefused() throws Exception {
        // Given
        api.apply("""
                {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: []}, status: {phase: Running}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: []}}
                """);
        String pods = "/api/v1/namespaces/default/pods?fieldSelector=";
        // When
        var running = http.get(pods + "status.phase%3DRunning");
        var not = http.get(pods + "metadata.name!%3Da");
        var unknown = http.get(pods + "spec.colour%3Dred");
        var broken = http.get(MAPS + "?labelSelector=" + encoded("a b c"));
        // Then
        assertThat(names(running)).containsExactly("a");
        assertThat(names(not)).containsExactly("b");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.message()).isEqualTo("field label not supported: spec.colour");
        assertThat(broken.status()).isEqualTo(400);
    }

    @Test
    void pagesGoOnWhereTheLastEnded() throws Exception {
        // Given
        maps();
        // When
        var first = http.get(MAPS + "?limit=3");
        String next = first.body().path("metadata").path("continue").asText();
        var second = http.get(MAPS + "?limit=3&continue=" + next);
        var broken = http.get(MAPS + "?limit=3&continue=nonsense");
        // Then
        assertThat(names(first)).containsExactly("a", "b", "c");
        assertThat(first.body().path("metadata").path("remainingItemCount").asInt())
                .isEqualTo(1);
        assertThat(names(second)).containsExactly("d");
        assertThat(second.body().path("metadata").has("continue")).isFalse();
        assertThat(broken.status()).isEqualTo(400);
    }

    @Test
    void aPageThatWaitedTooLongIsGone() throws Exception {
        // Given
        maps();
        String next = http.get(MAPS + "?limit=3")
                .body()
                .path("metadata")
                .path("continue")
                .asText();
        api.forgetHistory();
        // When
        var refused = http.get(MAPS + "?limit=3&continue=" + next);
        // Then
        assertThat(refused.status()).isEqualTo(410);
        assertThat(refused.reason()).isEqualTo("Expired");
    }

    @Test
    void metadataAloneCanBeAskedFor() throws Exception {
        // Given
        maps();
        // When
        var list = http.with("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
                .get(MAPS);
        // Then
        assertThat(list.body().path("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(list.body().path("items").path(0).properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("kind", "apiVersion", "metadata");
    }

    @Test
    void tenThousandObjectsAreListedQuickly() throws Exception {
        // Given
        for (int i = 0; i < 10_000; i++) {
            var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
            Json.metadata(map).put("name", "m" + i).putObject("labels").put("n", Integer.toString(i % 100));
            map.putObject("data").put("k", "v".repeat(200));
            api.create(map);
        }
        // When
        double whole = quickest(MAPS, 10_000);
        double selected = quickest(MAPS + "?labelSelector=n%3D7", 100);
        // Then
        assertThat(whole).isLessThan(2);
        assertThat(selected).isLessThan(1);
    }

    /** Seconds that the quickest of some requests took: others share the machine. */
    private double quickest(String path, int expected) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long began = System.nanoTime();
            var list = http.get(path);
            best = Math.min(best, (System.nanoTime() - began) / 1e9);
            assertThat(list.body().path("items").size()).isEqualTo(expected);
        }
        return best;
    }
}
