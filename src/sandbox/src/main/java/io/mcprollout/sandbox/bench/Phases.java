package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** In which phase every rollout is, followed without asking for thousands of them again and again. */
final class Phases implements AutoCloseable {
    private static final Duration TELL = Duration.ofSeconds(30);

    private final Map<String, String> phases = new ConcurrentHashMap<>();
    private final Consumer<String> progress;
    private final Runnable unsubscribe;

    /** Of all rollouts of an API server; {@code progress} hears how far they are. */
    Phases(KubeApi kube, Consumer<String> progress) {
        this.progress = progress;
        this.unsubscribe = kube.watch("mcprollouts.mcprollout.io", this::see);
    }

    private void see(Change change) {
        String phase = change.after().object().at("/status/phase").asText();
        phases.put(Json.meta(change.after().object(), "namespace"), phase);
    }

    /** Waits until so many are in a phase, and says now and then how far they are; throws {@link IllegalStateException} after the limit. */
    void await(String phase, int rollouts, Duration limit) {
        Instant[] told = {Instant.now()};
        Cluster.await(rollouts + " rollouts to be " + phase, limit, () -> {
            Map<String, Long> counts = counts();
            if (told[0].plus(TELL).isBefore(Instant.now())) {
                told[0] = Instant.now();
                progress.accept("  " + counts);
            }
            return counts.getOrDefault(phase, 0L) == rollouts;
        });
    }

    /** How many rollouts there are of each phase. */
    Map<String, Long> counts() {
        return phases.values().stream()
                .collect(Collectors.groupingBy(phase -> phase, TreeMap::new, Collectors.counting()));
    }

    @Override
    public void close() {
        unsubscribe.run();
    }
}
