package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client of the controller does with the server. */
class ClientTest {
    private final KubeApi api = KubeApi.start(KubeApi.Options.defaults().withBookmarkInterval(Duration.ofMillis(200)));
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty())
                    .withMasterUrl(api.url())
                    .withNamespace("default")
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(Map.of("k", value))
                .build();
    }

    @Test
    void anInformerSeesWhatHappens() {
        // Given
        client.resource(map("old", "0")).create();
        var seen = new CopyOnWriteArrayList<String>();
        try (var informer = client.configMaps().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap map) {
                seen.add("add " + map.getMetadata().getName());
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap map) {
                seen.add("update " + map.getData().get("k"));
            }

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {
                seen.add("delete " + map.getMetadata().getName());
            }
        })) {
            // When
            client.resource(map("new", "1")).create();
            client.configMaps().withName("new").edit(m -> map("new", "2"));
            client.configMaps().withName("old").delete();
            // Then
            await().untilAsserted(
                            () -> assertThat(seen).containsExactly("add old", "add new", "update 2", "delete old"));
            assertThat(informer.isWatching()).isTrue();
            assertThat(api.openWatches(call -> call.resource().equals("configmaps")))
                    .isEqualTo(1);
        }
    }

    @Test
    void anInformerComesBackAfterItsHistoryIsForgotten() {
        // Given
        var seen = new CopyOnWriteArrayList<String>();
        try (var informer = client.configMaps().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap map) {
                seen.add(map.getMetadata().getName());
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap map) {}

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {}
        })) {
            await().until(() -> api.openWatches(call -> true) == 1);
            // When
            api.forgetHistory();
            api.endWatches(call -> true);
            api.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: later}}");
            // Then
            await().atMost(Duration.ofSeconds(20)).until(() -> seen.contains("later"));
            assertThat(informer.isRunning()).isTrue();
        }
    }

    @Test
    void aLeaderIsElected() {
        // Given
        var led = new CopyOnWriteArrayList<String>();
        var elector = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("test")
                        .withLock(new LeaseLock("default", "lead", "me"))
                        .withLeaseDuration(Duration.ofSeconds(3))
                        .withRenewDeadline(Duration.ofSeconds(2))
                        .withRetryPeriod(Duration.ofMillis(200))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(() -> led.add("start"), () -> led.add("stop"), led::add))
                        .build())
                .build();
        // When
        var running = elector.start();
        await().until(() -> led.contains("start"));
        running.cancel(true);
        // Then
        await().until(() -> led.contains("stop"));
        assertThat(led).startsWith("me", "start").endsWith("stop");
        assertThat(api.get("leases", "default", "lead")).isPresent();
    }

    @Test
    void theClientAppliesOnTheServerSide() {
        // Given
        var first = client.resource(map("a", "1")).fieldManager("one").serverSideApply();
        // When
        var same = client.resource(map("a", "1")).fieldManager("one").serverSideApply();
        var forced = client.resource(map("a", "2"))
                .fieldManager("two")
                .forceConflicts()
                .serverSideApply();
        // Then
        assertThat(same).isEqualTo(first);
        assertThat(forced.getData()).containsEntry("k", "2");
        assertThatThrownBy(
                        () -> client.resource(map("a", "1")).fieldManager("one").serverSideApply())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409))
                .hasMessageContaining("conflict with \"two\" using v1: .data.k");
    }

    @Test
    void listsAreSelected() {
        // Given
        api.apply("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {app: x, tier: one}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {app: x, tier: two}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
                """);
        // When
        var in = names(
                client.configMaps().withLabelIn("tier", "one", "three").list().getItems());
        var not = names(client.configMaps().withoutLabel("app").list().getItems());
        var field =
                names(client.configMaps().withField("metadata.name", "b").list().getItems());
        // Then
        assertThat(in).containsExactly("a");
        assertThat(not).containsExactly("c");
        assertThat(field).containsExactly("b");
    }

    private static List<String> names(List<ConfigMap> maps) {
        return maps.stream().map(m -> m.getMetadata().getName()).toList();
    }
}
