package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import java.util.List;
import java.util.function.Supplier;

/** How objects go: finalizers, dependents, contents of namespaces, instances of definitions. Nothing is left for later. */
public final class Deletion {
    private static final String FOREGROUND = "foregroundDeletion";

    private final Store store;
    private final Registry registry;
    private final Supplier<String> now;

    Deletion(Store store, Registry registry, Supplier<String> now) {
        this.store = store;
        this.registry = registry;
        this.now = now;
    }

    /**
     * Deletes the object, or marks it where finalizers are left.
     *
     * @param options a DeleteOptions object, may be empty
     * @return the object in its last form; it has finalizers if it is not gone yet
     */
    public ObjectNode delete(Target target, JsonNode options, boolean dryRun) {
        return store.exclusively(() -> {
            var key = new Key(target.type().storeKey(), target.namespace(), target.name());
            var stored = store.get(key).orElseThrow(() -> ApiException.notFound(target.type(), target.name()));
            requirePreconditions(target, stored.object(), options.path("preconditions"));
            if (dryRun) return stored.object();
            return delete(key, options.path("propagationPolicy").asText(orphans(options) ? "Orphan" : "Background"));
        });
    }

    private static boolean orphans(JsonNode options) {
        return options.path("orphanDependents").asBoolean(false);
    }

    private static void requirePreconditions(Target target, ObjectNode object, JsonNode preconditions) {
        for (var field : List.of("uid", "resourceVersion")) {
            String wanted = preconditions.path(field).asText("");
            String actual = Json.meta(object, field);
            if (!wanted.isEmpty() && !wanted.equals(actual)) {
                String name = field.equals("uid") ? "UID" : "ResourceVersion";
                throw ApiException.conflict(
                        target.type(),
                        target.name(),
                        "Precondition failed: %s in precondition: %s, %s in object meta: %s"
                                .formatted(name, wanted, name, actual));
            }
        }
    }

    private ObjectNode delete(Key key, String policy) {
        var stored = store.get(key).orElseThrow();
        String uid = Json.meta(stored.object(), "uid");
        if (policy.equals("Orphan")) store.dependents(uid).forEach(dependent -> disown(dependent, uid));
        boolean foreground =
                policy.equals("Foreground") && !store.dependents(uid).isEmpty();
        boolean contents = key.type().equals("namespaces");
        boolean finalizers =
                !stored.object().path("metadata").path("finalizers").isEmpty();
        if (!foreground && !finalizers && !contents) return remove(key);
        var marked = mark(key, stored.object(), foreground);
        if (foreground) {
            for (var dependent : store.dependents(uid)) {
                if (store.get(dependent).isPresent()) delete(dependent, "Foreground");
            }
            settle(key);
        }
        if (contents) emptyNamespace(key);
        return store.get(key).map(Stored::object).orElse(marked);
    }

    private ObjectNode mark(Key key, ObjectNode object, boolean foreground) {
        boolean marked = object.path("metadata").has("deletionTimestamp");
        boolean waits = false;
        for (var finalizer : object.path("metadata").path("finalizers"))
            waits |= finalizer.asText().equals(FOREGROUND);
        if (marked && (!foreground || waits)) return object;
        var copy = object.deepCopy();
        var meta = Json.metadata(copy);
        if (!marked) {
            meta.put("deletionTimestamp", now.get()).put("deletionGracePeriodSeconds", 0);
            if (meta.has("generation"))
                meta.put("generation", meta.path("generation").asLong() + 1);
            if (key.type().equals("namespaces")) Json.child(copy, "status").put("phase", "Terminating");
        }
        if (foreground && !waits) {
            var finalizers = meta.get("finalizers") instanceof ArrayNode array ? array : meta.putArray("finalizers");
            finalizers.add(FOREGROUND);
        }
        return store.put(key, Json.canonical(copy)).object();
    }

    /** Removes the object if it was marked and its last finalizer went with this write. */
    void finishIfReady(Target target, Stored saved) {
        var meta = saved.object().path("metadata");
        if (!meta.has("deletionTimestamp") || !meta.path("finalizers").isEmpty()) return;
        var key = new Key(target.type().storeKey(), target.namespace(), target.name());
        if (key.type().equals("namespaces")) settleNamespace(key.name());
        else remove(key);
    }

    /** Deletes an object whose owners are all gone, as the garbage collector does with latecomers. */
    void collectIfOrphan(Target target, Stored created) {
        collect(new Key(target.type().storeKey(), target.namespace(), target.name()), created.object());
    }

    private void collect(Key key, ObjectNode object) {
        var owners = Ownership.owners(object);
        if (owners.isEmpty()) return;
        for (var owner : owners) if (store.isAlive(owner.path("uid").asText())) return;
        delete(key, "Background");
    }

    private ObjectNode remove(Key key) {
        if (key.type().equals("customresourcedefinitions.apiextensions.k8s.io")) dropInstances(key);
        var last = store.remove(key).orElseThrow().object();
        for (var dependent : store.dependents(Json.meta(last, "uid"))) {
            store.get(dependent).ifPresent(d -> collect(dependent, d.object()));
        }
        for (var owner : Ownership.owners(last))
            store.alive(owner.path("uid").asText()).ifPresent(this::settle);
        if (!key.namespace().isEmpty()) settleNamespace(key.namespace());
        return last;
    }

    /** Ends the wait of an owner in foreground deletion whose blocking dependents are gone. */
    private void settle(Key owner) {
        var stored = store.get(owner);
        if (stored.isEmpty() || !stored.get().object().path("metadata").has("deletionTimestamp")) return;
        String uid = Json.meta(stored.get().object(), "uid");
        for (var dependent : store.dependents(uid)) {
            for (var reference :
                    Ownership.owners(store.get(dependent).orElseThrow().object())) {
                boolean blocks = reference.path("blockOwnerDeletion").asBoolean();
                if (blocks && reference.path("uid").asText().equals(uid)) return;
            }
        }
        var copy = stored.get().object().deepCopy();
        if (!removeText(Json.metadata(copy), "finalizers", FOREGROUND)) return;
        var saved = store.put(owner, copy);
        if (saved.object().path("metadata").path("finalizers").isEmpty()) remove(owner);
    }

    private static boolean removeText(ObjectNode object, String list, String text) {
        if (!(object.get(list) instanceof ArrayNode array)) return false;
        for (int i = 0; i < array.size(); i++) {
            if (array.path(i).asText().equals(text)) {
                array.remove(i);
                if (array.isEmpty()) object.remove(list);
                return true;
            }
        }
        return false;
    }

    private void disown(Key dependent, String uid) {
        var copy = store.get(dependent).orElseThrow().object().deepCopy();
        var kept = Json.array();
        for (var owner : Ownership.owners(copy)) if (!owner.path("uid").asText().equals(uid)) kept.add(owner);
        if (kept.isEmpty()) Json.metadata(copy).remove("ownerReferences");
        else Json.metadata(copy).set("ownerReferences", kept);
        store.put(dependent, copy);
    }

    private void emptyNamespace(Key namespace) {
        for (var type : registry.types()) {
            if (!type.namespaced()) continue;
            for (var object : store.list(type.storeKey(), namespace.name()).objects()) {
                var key = Key.of(type, object.object());
                if (store.get(key).isPresent()) delete(key, "Background");
            }
        }
        settleNamespace(namespace.name());
    }

    /** Removes a namespace that is being deleted once it is empty. */
    private void settleNamespace(String name) {
        var key = new Key("namespaces", "", name);
        var namespace = store.get(key);
        if (namespace.isEmpty() || !namespace.get().object().path("metadata").has("deletionTimestamp")) return;
        if (!namespace.get().object().path("metadata").path("finalizers").isEmpty()) return;
        for (var type : registry.types()) {
            if (type.namespaced()
                    && !store.list(type.storeKey(), name).objects().isEmpty()) return;
        }
        remove(key);
    }

    private void dropInstances(Key definition) {
        var crd = store.get(definition).orElseThrow().object();
        var type = Crds.type(crd);
        for (var object : store.list(type.storeKey(), "").objects()) {
            if (store.get(Key.of(type, object.object())).isPresent()) remove(Key.of(type, object.object()));
        }
        registry.unregister(type);
    }
}
