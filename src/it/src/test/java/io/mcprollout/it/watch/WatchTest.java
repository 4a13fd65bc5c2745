package io.mcprollout.it.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.controller.watch.Watch;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.http.Fault;
import io.mcprollout.sandbox.kube.http.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a watch holds, when it holds it, and whom it tells. */
class WatchTest {
    private static final ResourceDefinitionContext CONFIG_MAP = new ResourceDefinitionContext.Builder()
            .withGroup("")
            .withVersion("v1")
            .withKind("ConfigMap")
            .withPlural("configmaps")
            .withNamespaced(true)
            .build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KubeApi api = KubeApi.start();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(api.kubeconfig("")))
            .build();
    private final ConcurrentLinkedQueue<ObjectName> changed = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void namespaces() {
        for (String name : List.of("a", "ab", "b")) {
            api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}");
        }
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private static ObjectName name(String namespace, int number) {
        return new ObjectName(namespace, "map-" + number);
    }

    private ObjectNode put(String namespace, int number, String value) {
        return api.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: map-%d, namespace: %s}, data: {value: %s}}"
                        .formatted(number, namespace, value))
                .getFirst();
    }

    private Watch<String> watch(Set<String> namespaces, Consumer<ObjectName> listener) {
        return new Watch<>(
                Watch.scopes(client, CONFIG_MAP, namespaces),
                Kept.lean(object -> object.at("/data/value").asText()),
                listener);
    }

    private static String value(Watch<String> watch, ObjectName name) {
        return watch.get(name).map(object -> object.at("/data/value").asText()).orElse("none");
    }

    @Test
    void whatWasThereIsKnownWhenItSaysSoWhoeverHasYetToHearOfIt() {
        // Given
        for (int i = 0; i < 450; i++) {
            put("a", i, "v" + i);
        }
        CountDownLatch stuck = new CountDownLatch(1);

        // When
        try (Watch<String> watch = watch(Set.of(), name -> awaitUninterruptibly(stuck))) {
            boolean synced = watch.awaitSynced(PATIENCE);

            // Then
            assertThat(synced).isTrue();
            assertThat(watch.facets("a")).hasSize(450).contains("v0", "v449");
            assertThat(value(watch, name("a", 317))).isEqualTo("v317");
            stuck.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void onlyTheNamespacesThatWereNamed() {
        // Given
        put("a", 1, "one");
        put("ab", 1, "two");
        put("b", 1, "three");

        // When
        try (Watch<String> watch = watch(Set.of("a", "ab"), changed::add)) {
            watch.awaitSynced(PATIENCE);

            // Then
            assertThat(watch.facets()).containsExactlyInAnyOrder("one", "two");
            assertThat(watch.facets("a")).containsExactly("one");
            assertThat(watch.all("ab"))
                    .extracting(object -> object.at("/data/value").asText())
                    .containsExactly("two");
            assertThat(watch.get(name("b", 1))).isEmpty();
        }
    }

    @Test
    void changesAndDeletionsAreToldAndHeld() {
        // Given
        put("a", 1, "one");
        try (Watch<String> watch = watch(Set.of(), changed::add)) {
            watch.awaitSynced(PATIENCE);
            await().until(() -> changed.contains(name("a", 1)));
            changed.clear();

            // When
            put("a", 1, "two");
            await().until(() -> value(watch, name("a", 1)).equals("two"));
            api.delete("configmaps", "a", "map-1");
            await().until(() -> watch.get(name("a", 1)).isEmpty());

            // Then
            await().untilAsserted(() -> assertThat(List.copyOf(changed)).containsExactly(name("a", 1), name("a", 1)));
        }
    }

    private Faults.Planted goAway(Watch<String> watch) {
        Faults.Planted away = api.faults()
                .always(Faults.on("watch", "configmaps", ""), Fault.answer(503, "ServiceUnavailable", "away"));
        api.endWatches(call -> true);
        await().until(() -> !watch.isLive());
        return away;
    }

    @Test
    void whatTheControllerWroteIsKnownAtOnceAndItsEchoIsNoNews() {
        // Given
        put("a", 1, "one");
        put("a", 2, "one");
        try (Watch<String> watch = watch(Set.of(), changed::add)) {
            watch.awaitSynced(PATIENCE);
            await().until(() -> changed.size() == 2);
            changed.clear();
            Faults.Planted away = goAway(watch);

            // When
            watch.learn(put("a", 1, "mine"));
            String known = value(watch, name("a", 1));
            put("a", 2, "last");
            away.close();

            // Then
            assertThat(known).isEqualTo("mine");
            await().until(() -> changed.contains(name("a", 2)));
            assertThat(List.copyOf(changed)).containsExactly(name("a", 2));
            assertThat(value(watch, name("a", 1))).isEqualTo("mine");
            assertThat(watch.isLive()).isTrue();
        }
    }

    @Test
    void whatItMissedWhileItWasAwayCountsMoreThanWhatTheControllerKnew() {
        // Given
        put("a", 1, "one");
        try (Watch<String> watch = watch(Set.of(), changed::add)) {
            watch.awaitSynced(PATIENCE);
            Faults.Planted away = goAway(watch);
            watch.learn(put("a", 1, "mine"));
            watch.learn(put("a", 2, "mine"));

            // When
            put("a", 1, "theirs");
            api.delete("configmaps", "a", "map-2");
            api.forgetHistory();
            away.close();

            // Then
            await().until(() -> value(watch, name("a", 1)).equals("theirs"));
            await().until(() -> watch.get(name("a", 2)).isEmpty());
        }
    }

    @Test
    void whatTheControllerFoundGoneIsGoneUntilItIsThereAgain() {
        // Given
        put("a", 1, "one");
        try (Watch<String> watch = watch(Set.of(), changed::add)) {
            watch.awaitSynced(PATIENCE);
            Faults.Planted away = goAway(watch);

            // When
            watch.learnGone(name("a", 1));
            String known = value(watch, name("a", 1));
            api.delete("configmaps", "a", "map-1");
            put("a", 1, "again");
            away.close();

            // Then
            assertThat(known).isEqualTo("none");
            await().until(() -> value(watch, name("a", 1)).equals("again"));
        }
    }

    @Test
    void whatNobodyReadsIsNotHeld() {
        // Given
        api.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: map-1, namespace: a, annotations: {mine: kept,"
                + " kubectl.kubernetes.io/last-applied-configuration: copy}}}");

        // When
        try (Watch<String> watch = watch(Set.of(), changed::add)) {
            watch.awaitSynced(PATIENCE);

            // Then
            assertThat(watch.get(name("a", 1))).hasValueSatisfying(object -> {
                assertThat(object.at("/metadata/annotations").fieldNames())
                        .toIterable()
                        .containsExactly("mine");
                assertThat(object.at("/metadata").has("managedFields")).isFalse();
            });
        }
    }
}
