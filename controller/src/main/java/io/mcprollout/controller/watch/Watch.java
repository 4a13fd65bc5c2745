package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Objects of one kind followed by a watch, so that looking at them costs no request. Never goes back behind what the controller itself has
 * read or written; connects again by itself when the watch breaks.
 *
 * @param <F> what of every object is wanted so often that it is kept at hand
 */
public final class Watch<F> implements AutoCloseable {
    private static final long LOOK_AGAIN_MS = 5;
    /* A page is in memory several times over while it is read; a namespace or a cluster may have tens of thousands of objects. */
    private static final long PAGE = 200;

    private final Map<ObjectName, Learned<F>> learned = new ConcurrentHashMap<>();
    private final Packing packing = new Packing();
    private final Kept<F> kept;
    private final Consumer<ObjectName> changed;
    private final List<Scope<F>> scopes;

    private record Scope<F>(SharedIndexInformer<GenericKubernetesResource> informer, HeldStore<F> store) {
        /** Up to where the watch has told everything. */
        long version() {
            String version = informer.lastSyncResourceVersion();
            return version == null ? -1 : Held.version(version);
        }
    }

    /**
     * What the controller knows of an object from its own calls.
     *
     * @param version it was read at; for an object that is gone, the last one at which the watch had it
     * @param held empty: it is gone
     */
    private record Learned<F>(long version, Optional<Held<F>> held) {}

    /**
     * Starts to watch all scopes, which must not overlap.
     *
     * @param kept what is kept of an object
     * @param changed hears of every object that appears, changes or goes, but not of what the controller has learned itself; must not block
     */
    public Watch(List<Informable<GenericKubernetesResource>> scopes, Kept<F> kept, Consumer<ObjectName> changed) {
        this.kept = kept;
        this.changed = changed;
        this.scopes = scopes.stream().map(this::start).toList();
    }

    /** The objects of a kind in those namespaces; none: in all. */
    public static List<Informable<GenericKubernetesResource>> scopes(
            KubernetesClient client, ResourceDefinitionContext kind, Set<String> namespaces) {
        var all = client.genericKubernetesResources(kind);
        return namespaces.isEmpty()
                ? List.of(all.inAnyNamespace())
                : namespaces.stream()
                        .<Informable<GenericKubernetesResource>>map(all::inNamespace)
                        .toList();
    }

    private Scope<F> start(Informable<GenericKubernetesResource> objects) {
        HeldStore<F> store = new HeldStore<>(kept, packing);
        SharedIndexInformer<GenericKubernetesResource> informer =
                objects.withLimit(PAGE).runnableInformer(0);
        informer.removeNamespaceIndex()
                .itemStore(store)
                .exceptionHandler((started, failure) -> true)
                .addEventHandler(new Handler());
        informer.start();
        return new Scope<>(informer, store);
    }

    /** Whether everything that was there at the start is known. */
    public boolean isSynced() {
        return scopes.stream().allMatch(scope -> scope.informer().hasSynced());
    }

    /** Whether it is, and news come in. */
    public boolean isLive() {
        return isSynced() && scopes.stream().allMatch(scope -> scope.informer().isWatching());
    }

    /** Waits until everything that was there is known; false when that takes longer than {@code patience}. */
    public boolean awaitSynced(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!isSynced() && System.nanoTime() < end) {
            try {
                Thread.sleep(LOOK_AGAIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return isSynced();
    }

    /** An object, a copy of its own for each call; empty when there is none, as far as is known. */
    public Optional<ObjectNode> get(ObjectName name) {
        return held(name).map(Held::object);
    }

    /** All objects. */
    public List<ObjectNode> all() {
        return scopes.stream()
                .flatMap(scope -> scope.store().held().stream())
                .map(Held::object)
                .toList();
    }

    /** All objects of a namespace. */
    public List<ObjectNode> all(String namespace) {
        return held(namespace).map(Held::object).toList();
    }

    /** What is at hand of an object; empty when there is none, as far as is known. */
    public Optional<F> facet(ObjectName name) {
        return held(name).map(Held::facet);
    }

    /** What is at hand of all objects. */
    public List<F> facets() {
        return scopes.stream()
                .flatMap(scope -> scope.store().held().stream())
                .map(Held::facet)
                .toList();
    }

    /** What is at hand of all objects of a namespace. */
    public List<F> facets(String namespace) {
        return held(namespace).map(Held::facet).toList();
    }

    private Stream<Held<F>> held(String namespace) {
        return scopes.stream()
                .flatMap(scope -> scope.store().names(namespace).stream())
                .flatMap(name -> held(name).stream());
    }

    private Optional<Held<F>> held(ObjectName name) {
        Optional<Held<F>> seen = seen(name);
        Learned<F> own = learned.get(name);
        return own == null || isOutdated(own, seen) ? seen : own.held();
    }

    private Optional<Held<F>> seen(ObjectName name) {
        return scopes.stream()
                .flatMap(scope -> scope.store().held(name).stream())
                .findFirst();
    }

    /* Versions of one API server rise, whatever they are versions of. */
    private boolean isOutdated(Learned<F> own, Optional<Held<F>> seen) {
        boolean seenNewer = seen.isPresent() && seen.get().version() > own.version();
        return own.held().isPresent()
                ? seenNewer || scopes.stream().allMatch(scope -> scope.version() >= own.version())
                : seenNewer;
    }

    /** Takes in what the controller has read or written; its echo is then no change. */
    public void learn(ObjectNode object) {
        Held<F> held = kept.of(object.deepCopy(), packing);
        ObjectName name = ObjectName.of(object);
        if (seen(name).filter(seen -> seen.version() >= held.version()).isEmpty()) {
            learned.merge(
                    name,
                    new Learned<>(held.version(), Optional.of(held)),
                    (one, other) -> other.version() >= one.version() ? other : one);
        }
    }

    /** Takes in that there is no such object any more. */
    public void learnGone(ObjectName name) {
        held(name).ifPresent(last -> learned.put(name, new Learned<>(last.version(), Optional.empty())));
    }

    @Override
    public void close() {
        scopes.forEach(scope -> scope.informer().stop());
    }

    private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource resource) {
            ObjectName name = name(resource);
            long version = Held.version(resource.getMetadata().getResourceVersion());
            Learned<F> own = learned.get(name);
            if (own != null && version >= own.version()) {
                learned.remove(name, own);
            }
            boolean isEcho = own != null && own.held().isPresent() && version <= own.version();
            if (!isEcho) {
                changed.accept(name);
            }
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource resource) {
            onAdd(resource);
        }

        @Override
        public void onDelete(GenericKubernetesResource resource, boolean unknown) {
            changed.accept(name(resource));
        }

        private ObjectName name(GenericKubernetesResource resource) {
            return new ObjectName(
                    resource.getMetadata().getNamespace(),
                    resource.getMetadata().getName());
        }
    }
}
