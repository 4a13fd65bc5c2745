package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/**
 * Paths of an object, as managedFields list them (FieldsV1).
 *
 * @param here whether the path up to here is itself in the set
 * @param below the sets below, by path element: {@code f:member}, {@code k:{"name":"x"}} or {@code v:"value"}
 */
record FieldSet(boolean here, Map<String, FieldSet> below) {
    static final FieldSet EMPTY = new FieldSet(false, Map.of());
    static final FieldSet LEAF = new FieldSet(true, Map.of());

    static FieldSet ofJson(JsonNode fields) {
        var below = new TreeMap<String, FieldSet>();
        for (var e : fields.properties()) if (!e.getKey().equals(".")) below.put(e.getKey(), ofJson(e.getValue()));
        return new FieldSet(below.isEmpty() || fields.has("."), below);
    }

    ObjectNode toJson() {
        var json = Json.object();
        if (here && !below.isEmpty()) json.putObject(".");
        below.forEach((element, set) -> json.set(element, set.toJson()));
        return json;
    }

    boolean isEmpty() {
        return !here && below.isEmpty();
    }

    FieldSet at(String element) {
        return below.getOrDefault(element, EMPTY);
    }

    /** This set with the other put under the element, if the other is not empty. */
    FieldSet with(String element, FieldSet set) {
        if (set.isEmpty()) return this;
        var more = new TreeMap<>(below);
        more.put(element, set);
        return new FieldSet(here, more);
    }

    FieldSet union(FieldSet other) {
        return combine(other, (a, b) -> a || b);
    }

    FieldSet minus(FieldSet other) {
        return combine(other, (a, b) -> a && !b);
    }

    FieldSet intersect(FieldSet other) {
        return combine(other, (a, b) -> a && b);
    }

    private FieldSet combine(FieldSet other, BinaryOperator<Boolean> rule) {
        if (isEmpty() && other.isEmpty()) return EMPTY;
        var combined = new TreeMap<String, FieldSet>();
        var elements = new TreeSet<>(below.keySet());
        elements.addAll(other.below.keySet());
        for (String element : elements) {
            var set = at(element).combine(other.at(element), rule);
            if (!set.isEmpty()) combined.put(element, set);
        }
        return new FieldSet(rule.apply(here, other.here), combined);
    }

    /** The paths as people read them, such as {@code .spec.containers[name="x"].image}. */
    List<String> paths() {
        var paths = new ArrayList<String>();
        collect("", paths);
        paths.sort(Comparator.naturalOrder());
        return paths;
    }

    private void collect(String path, List<String> paths) {
        if (here) paths.add(path);
        below.forEach((element, set) -> set.collect(path + readable(element), paths));
    }

    private static String readable(String element) {
        String rest = element.substring(2);
        if (element.startsWith("f:")) return "." + rest;
        if (element.startsWith("v:")) return "[=" + rest + "]";
        var parts = new ArrayList<String>();
        Json.parse(rest.getBytes(StandardCharsets.UTF_8))
                .properties()
                .forEach(e -> parts.add(e.getKey() + "=" + e.getValue()));
        return "[" + String.join(",", parts) + "]";
    }
}
