package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Pods that the administrator's configuration names by labels; each selection is watched from its first use on. */
public final class PodFinder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final Map<Selection, Watch<Kept.Nothing>> watches = new ConcurrentHashMap<>();

    private record Selection(String namespace, String selector) {}

    /**
     * A pod that serves.
     *
     * @param name of the pod
     * @param address its IP address
     * @param incarnation changes whenever one of its containers starts anew
     */
    public record Found(String name, String address, String incarnation) {}

    public PodFinder(KubernetesClient client) {
        this.client = client;
    }

    /** Ready pods that are not being deleted; blocks at the first use and throws when they cannot be listed. */
    public List<Found> ready(String namespace, String selector) {
        Watch<Kept.Nothing> watch = watches.computeIfAbsent(new Selection(namespace, selector), this::watch);
        if (!watch.awaitSynced(PATIENCE)) {
            throw new IllegalStateException("pods " + selector + " in namespace " + namespace
                    + " cannot be watched; may the controller list and watch pods there?");
        }
        return watch.all().stream()
                .filter(PodFinder::serves)
                .map(PodFinder::found)
                .toList();
    }

    private Watch<Kept.Nothing> watch(Selection selection) {
        return new Watch<>(
                List.of(client.genericKubernetesResources(Kinds.POD)
                        .inNamespace(selection.namespace())
                        .withLabelSelector(selection.selector())),
                Kept.lean(),
                pod -> {});
    }

    private static boolean serves(JsonNode pod) {
        return PodFacts.isReady(pod)
                && !pod.path("metadata").path("deletionTimestamp").isTextual()
                && pod.path("status").path("podIP").isTextual();
    }

    private static Found found(JsonNode pod) {
        int restarts = 0;
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            restarts += container.path("restartCount").asInt();
        }
        return new Found(
                pod.path("metadata").path("name").asText(),
                pod.path("status").path("podIP").asText(),
                pod.path("metadata").path("uid").asText() + "/" + restarts);
    }

    @Override
    public void close() {
        watches.values().forEach(Watch::close);
    }
}
