package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.model.Write;
import io.mcprollout.sandbox.kube.patch.ManagedFields;
import io.mcprollout.sandbox.kube.patch.ManagedFields.Manager;
import io.mcprollout.sandbox.kube.patch.ServerSideApply;
import io.mcprollout.sandbox.kube.patch.Shape;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads and writes objects by the rules of the API server. */
public final class Cluster {
    private static final Set<String> FIXED_META = Set.of(
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "resourceVersion",
            "name",
            "namespace",
            "generateName",
            "managedFields");

    private final Store store;
    private final Registry registry;
    private final Clock clock;
    private final Shapes shapes;
    private final Deletion deletion;
    private final Newborns newborns = new Newborns();
    private final List<Admission> admissions = new CopyOnWriteArrayList<>();

    /** A cluster with the usual namespaces and nothing else. */
    public Cluster(Store store, Registry registry, Clock clock) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
        this.shapes = new Shapes(registry);
        this.deletion = new Deletion(store, registry, this::now);
        var type = registry.called("namespaces");
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            var namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            Json.metadata(namespace).put("name", name);
            create(new Target(type, "v1", "", name, ""), namespace, Write.by("kube-apiserver"));
        }
    }

    /** Where objects are kept. */
    public Store store() {
        return store;
    }

    /** What types there are. */
    public Registry registry() {
        return registry;
    }

    /** Deleting of objects. */
    public Deletion deletion() {
        return deletion;
    }

    /** Asks the rule before every create and update, until the returned action is run. */
    public Runnable addAdmission(Admission admission) {
        admissions.add(admission);
        return () -> admissions.remove(admission);
    }

    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The kept object, or 404. */
    public Stored get(Target target) {
        return store.get(key(target)).orElseThrow(() -> ApiException.notFound(target.type(), target.name()));
    }

    /** Where the object is kept. */
    public Key key(Target target) {
        return new Key(target.type().storeKey(), target.namespace(), target.name());
    }

    /** Adds the object and answers it as kept. */
    public ObjectNode create(Target target, ObjectNode body, Write write) {
        return create(target, body, write, "Update");
    }

    private ObjectNode create(Target target, ObjectNode body, Write write, String operation) {
        return store.exclusively(() -> {
            var object = body.deepCopy();
            Newborns.requireKind(target, object);
            var named = newborns.prepare(target, object, now());
            requireNamespace(named);
            var manager = new Manager(write.manager(), operation, target.apiVersion(), "");
            shapes.prune(named, object, write);
            var stated = object.deepCopy();
            shapes.setDefaults(named, object);
            var owned = operation.equals("Apply") ? stated : object;
            Json.metadata(object).set("managedFields", ManagedFields.afterCreate(owned, manager, shape(target), now()));
            shapes.check(named, object, null);
            for (var admission : admissions) admission.review(named, object, null);
            if (store.get(key(named)).isPresent()) throw ApiException.alreadyExists(target.type(), named.name());
            var kept = Views.kept(object, target.type());
            if (isCrd(named)) Crds.establish(kept, now());
            if (write.dryRun()) return kept;
            var stored = store.put(key(named), kept);
            if (isCrd(named)) registry.register(Crds.type(kept));
            deletion.collectIfOrphan(named, stored);
            return stored.object();
        });
    }

    private void requireNamespace(Target target) {
        if (!target.type().namespaced()) return;
        var type = registry.called("namespaces");
        var namespace = get(new Target(type, "v1", "", target.namespace(), ""));
        if (namespace.object().path("metadata").has("deletionTimestamp")) {
            throw ApiException.forbidden(
                    target.type(),
                    target.name(),
                    "unable to create new content in namespace %s because it is being terminated"
                            .formatted(target.namespace()));
        }
    }

    /**
     * Puts in place of the object what the change makes of it, unless that is the same.
     *
     * @param change given a copy in the client's version; the resourceVersion and uid it answers are preconditions
     */
    public ObjectNode change(Target target, Write write, UnaryOperator<ObjectNode> change) {
        return store.exclusively(() -> {
            var stored = get(target);
            var before = Views.of(stored.object(), target.type(), target.version());
            var after = change.apply(before.deepCopy());
            Newborns.requireKind(target, after);
            Preconditions.requireUnchanged(target, before, after);
            return save(target, stored, before, after, write, null);
        });
    }

    /**
     * What server-side apply makes of the configuration, and whether the object is new.
     *
     * @param created whether there was none before
     */
    public record Applied(ObjectNode object, boolean created) {}

    /** Server-side apply: the object becomes what the manager states, in the fields that it states. */
    public Applied apply(Target target, ObjectNode body, Write write) {
        return store.exclusively(() -> {
            var configuration = body.deepCopy();
            Newborns.requireKind(target, configuration);
            if (!configuration.path("metadata").path("managedFields").isEmpty()) {
                throw ApiException.badRequest("metadata.managedFields must be nil");
            }
            Json.metadata(configuration).put("name", target.name());
            dropNulls(configuration);
            shapes.prune(target, configuration, write);
            if (target.subresource().isEmpty() && store.get(key(target)).isEmpty()) {
                return new Applied(create(target, configuration, write, "Apply"), true);
            }
            var stored = get(target);
            var before = Views.of(stored.object(), target.type(), target.version());
            Preconditions.requireUnchanged(target, before, configuration);
            if (target.subresource().equals("status")) configuration.retain("apiVersion", "kind", "status");
            else if (target.type().statusSubresource()) configuration.remove("status");
            var manager = new Manager(write.manager(), "Apply", target.apiVersion(), target.subresource());
            var result = ServerSideApply.apply(before, configuration, manager, shape(target), write.force(), now());
            return new Applied(save(target, stored, before, result.object(), write, result.managedFields()), false);
        });
    }

    private static void dropNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().removeIf(e -> e.getValue().isNull());
        }
        value.forEach(Cluster::dropNulls);
    }

    /** How objects of the target's type merge. */
    public Shape shape(Target target) {
        return registry.schema(target.type(), target.version()).map(Shape::of).orElseGet(Shape::builtIn);
    }

    private ObjectNode save(
            Target target,
            Stored stored,
            ObjectNode before,
            ObjectNode wanted,
            Write write,
            @Nullable ArrayNode managed) {
        var after = target.subresource().equals("status")
                ? withStatus(before, wanted)
                : withoutStatus(target, before, wanted);
        var meta = Json.metadata(after);
        FIXED_META.forEach(name -> Json.put(meta, name, before.path("metadata").path(name)));
        shapes.prune(target, after, write);
        shapes.setDefaults(target, after);
        Preconditions.requireNoNewFinalizers(target, before, after);
        if (target.type().generation() && !desired(before, target).equals(desired(after, target))) {
            meta.put("generation", before.path("metadata").path("generation").asLong(0) + 1);
        }
        var manager = new Manager(write.manager(), "Update", target.apiVersion(), target.subresource());
        var owners =
                managed != null ? managed : ManagedFields.afterUpdate(before, after, manager, shape(target), now());
        meta.set("managedFields", owners);
        var kept = Views.kept(after, target.type());
        if (Json.same(kept, stored.object())) return stored.object();
        shapes.check(target, after, before);
        for (var admission : admissions) admission.review(target, after, before);
        if (isCrd(target)) Crds.establish(kept, now());
        if (write.dryRun()) return kept;
        var saved = store.put(key(target), Json.canonical(kept));
        if (isCrd(target)) registry.register(Crds.type(saved.object()));
        deletion.finishIfReady(target, saved);
        return saved.object();
    }

    private static ObjectNode withStatus(ObjectNode before, ObjectNode wanted) {
        var after = before.deepCopy();
        Json.put(after, "status", wanted.path("status"));
        return after;
    }

    private static ObjectNode withoutStatus(Target target, ObjectNode before, ObjectNode wanted) {
        if (target.type().statusSubresource()) Json.put(wanted, "status", before.path("status"));
        return wanted;
    }

    /** What counts for generation: everything but metadata and, where it has its own subresource, status. */
    private static ObjectNode desired(ObjectNode object, Target target) {
        var desired = Json.object();
        desired.setAll(object);
        desired.remove("metadata");
        if (target.type().statusSubresource()) desired.remove("status");
        return desired;
    }

    private static boolean isCrd(Target target) {
        return target.type().kind().equals("CustomResourceDefinition")
                && target.type().group().equals("apiextensions.k8s.io");
    }
}
