package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The objects of one kind in one namespace, followed by a watch, so that looking at them costs no request. Wanted ones are kept whole, of
 * the others only what tells whether they meddle with a wanted one. Never goes back behind what the controller has read or written itself.
 */
final class WatchedObjects implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Known> known = new HashMap<>();
    private final Set<String> wanted = new HashSet<>();
    private final Consumer<String> changed;
    private final SharedIndexInformer<GenericKubernetesResource> informer;

    /** An object at a version; no object when it was deleted then. */
    private record Known(long version, Optional<ObjectNode> object, boolean whole) {}

    /** Starts to watch; {@code changed} hears the name of every wanted object that appears, changes or goes. */
    WatchedObjects(KubernetesClient client, IstioKind kind, String namespace, Consumer<String> changed) {
        this.changed = changed;
        this.informer = client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE,
                        GenericKubernetesResource.class,
                        client.getKubernetesSerialization()))
                .exceptionHandler((started, failure) -> true)
                .addEventHandler(new Handler());
        this.informer.start();
    }

    /** Keeps this object whole from now on. */
    synchronized void want(String name) {
        wanted.add(name);
    }

    /** Whether the watch is connected and has told everything that was there at its start. */
    boolean isLive() {
        return informer.hasSynced() && informer.isWatching();
    }

    /** The object; empty when it is not known whole, which says nothing about whether it exists. */
    synchronized Optional<Answer> get(String name) {
        Known entry = known.get(name);
        if (entry == null) {
            return isLive() ? Optional.of(new Answer.Absent()) : Optional.empty();
        }
        if (entry.object().isEmpty()) {
            return Optional.of(new Answer.Absent());
        }
        return entry.whole() ? entry.object().map(Answer.Found::new) : Optional.empty();
    }

    /** All objects, the ones that are not wanted reduced to name and hosts. */
    synchronized List<ObjectNode> all() {
        return known.values().stream().flatMap(entry -> entry.object().stream()).toList();
    }

    /** Takes in what the controller itself has read or written. */
    synchronized void learn(String name, Answer answer) {
        switch (answer) {
            case Answer.Found found -> put(name, version(found.resourceVersion()), Optional.of(found.object()), true);
            case Answer.Absent absent ->
                put(name, Math.max(0, known.getOrDefault(name, NEVER).version()), Optional.empty(), true);
            case Answer.Refused refused -> {}
            case Answer.Lost lost -> {}
        }
    }

    private static final Known NEVER = new Known(-1, Optional.empty(), true);

    /* Versions of one API server rise; a watch that lags behind our own write must not undo it here. */
    private synchronized boolean put(String name, long version, Optional<ObjectNode> object, boolean whole) {
        Known before = known.getOrDefault(name, NEVER);
        if (version < before.version() || (version == before.version() && before.whole() && !whole)) {
            return false;
        }
        known.put(name, new Known(version, object, whole));
        return version > before.version()
                || object.isPresent() != before.object().isPresent();
    }

    private static long version(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void seen(GenericKubernetesResource resource, boolean deleted) {
        String name = resource.getMetadata().getName();
        long version = version(resource.getMetadata().getResourceVersion());
        boolean tell;
        synchronized (this) {
            boolean whole = wanted.contains(name);
            Optional<ObjectNode> object = deleted ? Optional.empty() : Optional.of(json(resource, whole));
            tell = put(name, version, object, whole || deleted) && whole;
        }
        if (tell) {
            changed.accept(name);
        }
    }

    private static ObjectNode json(GenericKubernetesResource resource, boolean whole) {
        ObjectNode all = JSON.valueToTree(resource);
        if (whole) {
            return all;
        }
        ObjectNode reduced = JsonNodeFactory.instance.objectNode();
        reduced.withObjectProperty("metadata")
                .put("name", resource.getMetadata().getName());
        for (String field : List.of("hosts", "gateways")) {
            if (all.path("spec").has(field)) {
                reduced.withObjectProperty("spec").set(field, all.path("spec").get(field));
            }
        }
        return reduced;
    }

    @Override
    public void close() {
        informer.stop();
    }

    private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource resource) {
            seen(resource, false);
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource resource) {
            seen(resource, false);
        }

        @Override
        public void onDelete(GenericKubernetesResource resource, boolean unknown) {
            seen(resource, true);
        }
    }
}
