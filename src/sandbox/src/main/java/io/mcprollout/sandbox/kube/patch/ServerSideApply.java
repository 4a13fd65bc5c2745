package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.patch.ManagedFields.Manager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Server-side apply: a manager states what it wants of an object, and owns just that.
 *
 * <ol>
 *   <li>merge the stated fields into the object;
 *   <li>refuse with 409 if that changes a field that another manager owns, unless forced;
 *   <li>take away what the manager applied before and states no longer, unless another owns it too.
 * </ol>
 */
public final class ServerSideApply {
    private ServerSideApply() {}

    /**
     * What comes of it.
     *
     * @param managedFields the owners afterwards
     */
    public record Result(ObjectNode object, ArrayNode managedFields) {}

    /** Applies the configuration to the object as it is. */
    public static Result apply(
            ObjectNode live, ObjectNode configuration, Manager manager, Shape shape, boolean force, String now) {
        var stated = Fields.of(configuration, shape);
        var owners = ManagedFields.of(live);
        var merged = (ObjectNode) merge(live, configuration, shape);
        var changed = Fields.between(live, merged, shape).set();
        var conflicts = conflicts(owners, manager, changed);
        if (!conflicts.isEmpty() && !force) throw conflict(conflicts);
        if (force) owners = owners.others(manager, fields -> fields.minus(changed));
        var othersOwn = FieldSet.EMPTY;
        for (var entry : owners.entries())
            if (!entry.manager().equals(manager)) othersOwn = othersOwn.union(entry.fields());
        var dropped = owners.fieldsOf(manager).minus(stated).minus(othersOwn);
        remove(merged, dropped, othersOwn.union(stated), shape);
        return new Result(merged, owners.with(manager, stated, now).toJson());
    }

    private static Map<Manager, FieldSet> conflicts(ManagedFields owners, Manager manager, FieldSet changed) {
        var conflicts = new LinkedHashMap<Manager, FieldSet>();
        for (var entry : owners.entries()) {
            if (entry.manager().equals(manager)) continue;
            var common = entry.fields().intersect(changed);
            if (!common.isEmpty()) conflicts.put(entry.manager(), common);
        }
        return conflicts;
    }

    private static ApiException conflict(Map<Manager, FieldSet> conflicts) {
        var details = Json.object();
        var causes = details.putArray("causes");
        var told = new ArrayList<String>();
        int count = 0;
        for (var e : conflicts.entrySet()) {
            String who = "\"%s\"".formatted(e.getKey().name());
            if (!e.getKey().subresource().isEmpty())
                who += " with subresource \"%s\"".formatted(e.getKey().subresource());
            who += " using " + e.getKey().apiVersion();
            var paths = e.getValue().paths();
            count += paths.size();
            for (String path : paths) {
                causes.addObject()
                        .put("reason", "FieldManagerConflict")
                        .put("message", "conflict with " + who)
                        .put("field", path);
            }
            told.add(
                    paths.size() == 1
                            ? "conflict with " + who + ": " + paths.get(0)
                            : "conflicts with " + who + ":\n- " + String.join("\n- ", paths));
        }
        String message =
                "Apply failed with %d conflict%s: %s".formatted(count, count == 1 ? "" : "s", String.join("\n", told));
        return new ApiException(409, "Conflict", message, details);
    }

    /** The value with the stated one merged in; neither is changed. */
    private static JsonNode merge(JsonNode live, JsonNode stated, Shape shape) {
        if (live instanceof ObjectNode a && stated instanceof ObjectNode b && !shape.isAtomicMap()) {
            var merged = a.deepCopy();
            for (var e : b.properties()) {
                var there = a.get(e.getKey());
                merged.set(
                        e.getKey(),
                        there == null ? e.getValue().deepCopy() : merge(there, e.getValue(), shape.member(e.getKey())));
            }
            return merged;
        }
        if (live instanceof ArrayNode a && stated instanceof ArrayNode b && shape.lists() != Shape.Lists.ATOMIC) {
            var items = new LinkedHashMap<>(Fields.items(a, shape));
            Fields.items(b, shape)
                    .forEach((element, item) ->
                            items.merge(element, item, (there, wanted) -> merge(there, wanted, shape.item())));
            var merged = Json.array();
            items.values().forEach(item -> merged.add(item.deepCopy()));
            return merged;
        }
        return stated.deepCopy();
    }

    /** Takes the dropped fields away, in place; items and objects in which something is kept stay. */
    private static void remove(JsonNode value, FieldSet dropped, FieldSet kept, Shape shape) {
        if (value instanceof ObjectNode object) {
            for (var e : dropped.below().entrySet()) {
                if (!e.getKey().startsWith("f:")) continue;
                String name = e.getKey().substring(2);
                var member = object.path(name);
                if (e.getValue().below().isEmpty() && e.getValue().here()) {
                    if (kept.at(e.getKey()).isEmpty()) object.remove(name);
                    continue;
                }
                remove(member, e.getValue(), kept.at(e.getKey()), shape.member(name));
                if (member.isContainerNode()
                        && member.isEmpty()
                        && kept.at(e.getKey()).isEmpty()) object.remove(name);
            }
        } else if (value instanceof ArrayNode array) {
            removeItems(array, dropped, kept, shape);
        }
    }

    private static void removeItems(ArrayNode array, FieldSet dropped, FieldSet kept, Shape shape) {
        var remaining = new ArrayList<JsonNode>();
        for (var e : Fields.items(array, shape).entrySet()) {
            var gone = dropped.at(e.getKey());
            boolean whole = gone.here() && kept.at(e.getKey()).isEmpty();
            if (whole) continue;
            remove(e.getValue(), gone, kept.at(e.getKey()), shape.item());
            remaining.add(e.getValue());
        }
        array.removeAll();
        array.addAll(List.copyOf(remaining));
    }
}
