package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Strategic merge patch: a merge patch that knows the key of list items and has directives ({@code $patch} and such). */
public final class StrategicMerge {
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    /** The object with the patch merged in. */
    public static ObjectNode apply(ObjectNode object, JsonNode patch, Shape shape) {
        if (!(patch instanceof ObjectNode members)) {
            throw ApiException.badRequest("error decoding patch: a strategic merge patch is an object");
        }
        return merge(object.deepCopy(), members, shape);
    }

    private static ObjectNode merge(ObjectNode target, ObjectNode patch, Shape shape) {
        if (patch.path("$patch").asText().equals("replace")) return plain(patch);
        if (patch.path("$patch").asText().equals("delete")) return Json.object();
        retainKeys(target, patch.path("$retainKeys"));
        for (var e : patch.properties()) {
            String name = e.getKey();
            if (name.startsWith(DELETE)) deleteValues(target, name.substring(DELETE.length()), e.getValue());
            else if (!name.startsWith("$")) mergeMember(target, name, e.getValue(), shape.member(name));
        }
        for (var e : patch.properties()) {
            if (!e.getKey().startsWith(ORDER)) continue;
            String name = e.getKey().substring(ORDER.length());
            if (target.get(name) instanceof ArrayNode array) order(array, e.getValue(), shape.member(name));
        }
        return target;
    }

    private static void mergeMember(ObjectNode target, String name, JsonNode value, Shape shape) {
        if (value.isNull()) target.remove(name);
        else if (value instanceof ObjectNode nested) {
            target.set(name, merge(target.get(name) instanceof ObjectNode old ? old : Json.object(), nested, shape));
        } else if (value instanceof ArrayNode array && shape.lists() != Shape.Lists.ATOMIC) {
            target.set(name, mergeList(target.get(name) instanceof ArrayNode old ? old : Json.array(), array, shape));
        } else target.set(name, value.deepCopy());
    }

    private static ArrayNode mergeList(ArrayNode target, ArrayNode patch, Shape shape) {
        var items = new ArrayList<JsonNode>();
        boolean replace = false;
        for (var item : patch) replace |= item.path("$patch").asText().equals("replace");
        if (!replace) target.forEach(items::add);
        for (var item : patch) {
            int at = find(items, item, shape);
            String directive = item.path("$patch").asText("");
            if (directive.equals("delete")) {
                if (at >= 0) items.remove(at);
            } else if (directive.isEmpty() && at < 0)
                items.add(item instanceof ObjectNode object ? plain(object) : item.deepCopy());
            else if (directive.isEmpty()
                    && items.get(at) instanceof ObjectNode old
                    && item instanceof ObjectNode wanted) {
                items.set(at, merge(old, wanted, shape.item()));
            }
        }
        var merged = Json.array();
        items.forEach(merged::add);
        return merged;
    }

    /** Where the item's twin is: the same value in a set, the same first key in a keyed list; -1 if nowhere. */
    private static int find(List<JsonNode> items, JsonNode item, Shape shape) {
        for (int i = 0; i < items.size(); i++) {
            boolean twin = shape.lists() == Shape.Lists.SET
                    ? items.get(i).equals(item)
                    : sameKey(items.get(i), item, shape.keys());
            if (twin) return i;
        }
        return -1;
    }

    private static boolean sameKey(JsonNode a, JsonNode b, List<String> keys) {
        return keys.stream().allMatch(key -> !b.has(key) || a.path(key).equals(b.path(key))) && b.has(keys.get(0));
    }

    private static void deleteValues(ObjectNode target, String name, JsonNode values) {
        if (!(target.get(name) instanceof ArrayNode array)) return;
        var kept = Json.array();
        for (var item : array) {
            boolean gone = false;
            for (var value : values) gone |= value.equals(item);
            if (!gone) kept.add(item);
        }
        target.set(name, kept);
    }

    private static void order(ArrayNode array, JsonNode wanted, Shape shape) {
        var items = new ArrayList<JsonNode>();
        array.forEach(items::add);
        var order = new ArrayList<JsonNode>();
        wanted.forEach(order::add);
        items.sort(Comparator.comparingInt(item -> {
            for (int i = 0; i < order.size(); i++) {
                boolean it = order.get(i).isValueNode()
                        ? order.get(i).equals(item)
                        : sameKey(item, order.get(i), shape.keys());
                if (it) return i;
            }
            return Integer.MAX_VALUE;
        }));
        array.removeAll();
        array.addAll(items);
    }

    private static void retainKeys(ObjectNode target, JsonNode keys) {
        if (!keys.isArray()) return;
        var names = new ArrayList<String>();
        keys.forEach(key -> names.add(key.asText()));
        target.retain(names);
    }

    /** The patch's content without directives and nulls. */
    private static ObjectNode plain(ObjectNode patch) {
        var plain = Json.object();
        for (var e : patch.properties()) {
            if (!e.getKey().startsWith("$") && !e.getValue().isNull())
                plain.set(e.getKey(), e.getValue().deepCopy());
        }
        return plain;
    }
}
