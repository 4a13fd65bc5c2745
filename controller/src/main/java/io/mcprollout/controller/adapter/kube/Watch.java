package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Objects followed by a watch, so that looking at them costs no request. Never goes back behind what the controller itself has
 * written; connects again by itself when the watch breaks.
 */
final class Watch implements AutoCloseable {
    private static final long LOOK_AGAIN_MS = 5;

    private final Map<String, GenericKubernetesResource> known = new ConcurrentHashMap<>();
    private final Consumer<GenericKubernetesResource> changed;
    private final AtomicBoolean tookOver = new AtomicBoolean();
    private final List<SharedIndexInformer<GenericKubernetesResource>> informers;

    /** Starts to watch all scopes; {@code changed} hears of every object that appears, changes or goes, and must not block. */
    Watch(List<Informable<GenericKubernetesResource>> scopes, Consumer<GenericKubernetesResource> changed) {
        this.changed = changed;
        this.informers = scopes.stream().map(this::start).toList();
    }

    private SharedIndexInformer<GenericKubernetesResource> start(Informable<GenericKubernetesResource> scope) {
        SharedIndexInformer<GenericKubernetesResource> informer = scope.runnableInformer(0);
        informer.exceptionHandler((started, failure) -> true);
        informer.addEventHandler(new Handler());
        informer.start();
        return informer;
    }

    /** Whether everything that was there at the start has been told. */
    boolean isSynced() {
        return informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /** Waits until everything has been told; false when that takes longer than {@code patience}. */
    boolean awaitSynced(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!isSynced() && System.nanoTime() < end) {
            try {
                Thread.sleep(LOOK_AGAIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        takeOver();
        return isSynced();
    }

    /* What was there at the start is in the informer's store before its handlers have heard of it. */
    private void takeOver() {
        if (!isSynced() || !tookOver.compareAndSet(false, true)) {
            return;
        }
        for (SharedIndexInformer<GenericKubernetesResource> informer : informers) {
            informer.getStore().list().forEach(resource -> known.merge(key(resource), resource, Watch::newer));
            Set<String> there = new HashSet<>(informer.getStore().listKeys());
            known.keySet().removeIf(key -> informers.size() == 1 && !there.contains(key));
        }
    }

    Optional<GenericKubernetesResource> get(String namespace, String name) {
        return Optional.ofNullable(known.get(namespace + "/" + name));
    }

    Collection<GenericKubernetesResource> all() {
        return known.values();
    }

    /** Takes in what the controller itself has written to an object that is there; its own echo is then no change. */
    void learn(GenericKubernetesResource written) {
        known.computeIfPresent(key(written), (key, held) -> newer(held, written));
    }

    /* Versions of one API server rise; a watch that lags behind our own write must not undo it here. */
    private static GenericKubernetesResource newer(GenericKubernetesResource one, GenericKubernetesResource other) {
        return version(other) >= version(one) ? other : one;
    }

    private static long version(GenericKubernetesResource resource) {
        try {
            return Long.parseLong(resource.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String key(GenericKubernetesResource resource) {
        return resource.getMetadata().getNamespace() + "/"
                + resource.getMetadata().getName();
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }

    private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource resource) {
            GenericKubernetesResource before = known.get(key(resource));
            known.merge(key(resource), resource, Watch::newer);
            if (before == null || version(resource) > version(before)) {
                changed.accept(resource);
            }
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource resource) {
            onAdd(resource);
        }

        @Override
        public void onDelete(GenericKubernetesResource resource, boolean unknown) {
            known.computeIfPresent(
                    key(resource),
                    (key, held) -> held.getMetadata()
                                    .getUid()
                                    .equals(resource.getMetadata().getUid())
                            ? null
                            : held);
            changed.accept(resource);
        }
    }
}
