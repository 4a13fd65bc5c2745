package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which fields an object has, and which differ between two forms of it. */
final class Fields {
    /** What nobody owns: identity, and what the server sets. */
    private static final Set<String> UNOWNED_META = Set.of(
            "name",
            "namespace",
            "generateName",
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "selfLink",
            "managedFields");

    private Fields() {}

    /**
     * What differs.
     *
     * @param set fields that are new or have another value
     * @param removed fields that are gone
     */
    record Difference(FieldSet set, FieldSet removed) {
        static final Difference NONE = new Difference(FieldSet.EMPTY, FieldSet.EMPTY);

        Difference with(String element, Difference below) {
            return new Difference(set.with(element, below.set), removed.with(element, below.removed));
        }
    }

    /** The object without what nobody owns. */
    private static ObjectNode owned(ObjectNode object) {
        var owned = Json.object();
        owned.setAll(object);
        owned.remove("apiVersion");
        owned.remove("kind");
        if (object.get("metadata") instanceof ObjectNode metadata) {
            var meta = Json.object();
            meta.setAll(metadata);
            meta.remove(UNOWNED_META);
            if (meta.isEmpty()) owned.remove("metadata");
            else owned.set("metadata", meta);
        }
        return owned;
    }

    /** The fields of a whole object. */
    static FieldSet of(ObjectNode object, Shape shape) {
        var owned = owned(object);
        return owned.isEmpty() ? FieldSet.EMPTY : fields(owned, shape);
    }

    private static FieldSet fields(JsonNode value, Shape shape) {
        if (value instanceof ObjectNode object && !object.isEmpty() && !shape.isAtomicMap()) {
            var set = FieldSet.EMPTY;
            for (var e : object.properties())
                set = set.with("f:" + e.getKey(), fields(e.getValue(), shape.member(e.getKey())));
            return set;
        }
        if (value instanceof ArrayNode array && !array.isEmpty() && shape.lists() != Shape.Lists.ATOMIC) {
            var set = FieldSet.EMPTY;
            for (var e : items(array, shape).entrySet()) set = set.with(e.getKey(), item(e.getValue(), shape));
            return set;
        }
        return FieldSet.LEAF;
    }

    private static FieldSet item(JsonNode item, Shape list) {
        if (list.lists() == Shape.Lists.SET) return FieldSet.LEAF;
        return new FieldSet(true, fields(item, list.item()).below());
    }

    /** The items of a set or keyed list by path element. */
    static Map<String, JsonNode> items(ArrayNode array, Shape list) {
        var items = new LinkedHashMap<String, JsonNode>();
        for (var item : array) items.put(element(item, list), item);
        return items;
    }

    static String element(JsonNode item, Shape list) {
        return list.lists() == Shape.Lists.SET ? "v:" + item : "k:" + list.keyOf(item);
    }

    /** From one whole object to another. */
    static Difference between(ObjectNode before, ObjectNode after, Shape shape) {
        return difference(owned(before), owned(after), shape);
    }

    private static Difference difference(JsonNode before, JsonNode after, Shape shape) {
        if (Json.same(before, after)) return Difference.NONE;
        if (after.isMissingNode()) return new Difference(FieldSet.EMPTY, fields(before, shape));
        if (before.isMissingNode()) return new Difference(fields(after, shape), FieldSet.EMPTY);
        if (before instanceof ObjectNode a && after instanceof ObjectNode b && !shape.isAtomicMap()) {
            var names = new TreeSet<String>();
            a.fieldNames().forEachRemaining(names::add);
            b.fieldNames().forEachRemaining(names::add);
            var all = b.isEmpty() ? new Difference(FieldSet.LEAF, FieldSet.EMPTY) : Difference.NONE;
            for (String name : names)
                all = all.with("f:" + name, difference(a.path(name), b.path(name), shape.member(name)));
            return all;
        }
        if (before instanceof ArrayNode a && after instanceof ArrayNode b && shape.lists() != Shape.Lists.ATOMIC) {
            return listDifference(a, b, shape);
        }
        return new Difference(fields(after, shape), fields(before, shape).minus(fields(after, shape)));
    }

    private static Difference listDifference(ArrayNode before, ArrayNode after, Shape shape) {
        var old = items(before, shape);
        var fresh = items(after, shape);
        var all = Difference.NONE;
        for (var e : fresh.entrySet()) {
            var twin = old.get(e.getKey());
            if (twin == null) all = all.with(e.getKey(), new Difference(item(e.getValue(), shape), FieldSet.EMPTY));
            else all = all.with(e.getKey(), difference(twin, e.getValue(), shape.item()));
        }
        for (var e : old.entrySet()) {
            if (!fresh.containsKey(e.getKey())) {
                all = all.with(e.getKey(), new Difference(FieldSet.EMPTY, item(e.getValue(), shape)));
            }
        }
        return all;
    }
}
