package io.mcprollout.sandbox.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the API does to a custom object before it looks at it: unknown members go, defaults come. */
public final class Shaping {
    private static final Set<String> OBJECT_META = Set.of("apiVersion", "kind", "metadata");

    private Shaping() {}

    /** Takes away, in place, the members that the schema of the whole object does not know; answers their paths. */
    public static List<String> prune(ObjectNode object, Schema schema) {
        var pruned = new ArrayList<String>();
        prune(object, schema, true, "", pruned);
        return pruned;
    }

    private static void prune(JsonNode value, Schema schema, boolean resource, String path, List<String> pruned) {
        if (value instanceof ObjectNode object) {
            for (String name : names(object)) {
                if (resource && OBJECT_META.contains(name)) continue;
                String where = path.isEmpty() ? name : path + "." + name;
                var member = schema.member(name);
                if (member.isPresent()) {
                    prune(object.path(name), member.get(), member.get().isEmbeddedResource(), where, pruned);
                } else if (!schema.preservesUnknown() && !schema.allowsAdditional()) {
                    object.remove(name);
                    pruned.add(where);
                }
            }
        } else if (value instanceof ArrayNode array && schema.items().isPresent()) {
            var items = schema.items().get();
            for (int i = 0; i < array.size(); i++) {
                prune(array.path(i), items, items.isEmbeddedResource(), path + "[" + i + "]", pruned);
            }
        }
    }

    private static List<String> names(ObjectNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Sets, in place, the defaults of absent members; a null where null is not allowed counts as absent. */
    public static void setDefaults(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            schema.properties().forEach((name, member) -> {
                var fallback = member.keyword("default");
                boolean absent = !object.has(name) || (object.path(name).isNull() && !member.isNullable());
                if (absent && !fallback.isMissingNode()) object.set(name, fallback.deepCopy());
            });
            object.properties()
                    .forEach(e -> schema.member(e.getKey()).ifPresent(member -> setDefaults(e.getValue(), member)));
        } else if (value instanceof ArrayNode array) {
            schema.items().ifPresent(items -> array.forEach(item -> setDefaults(item, items)));
        }
    }
}
