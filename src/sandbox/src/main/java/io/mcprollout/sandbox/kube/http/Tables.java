package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Column;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Objects as rows, as kubectl prints them. */
final class Tables {
    private final Clock clock;

    Tables(Clock clock) {
        this.clock = clock;
    }

    ObjectNode of(Target target, List<ObjectNode> objects, ObjectNode listMeta) {
        var columns = target.type().served(target.version()).orElseThrow().columns();
        var table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", listMeta);
        var definitions = table.putArray("columnDefinitions");
        define(definitions, Column.of("Name", "string", ".metadata.name"));
        columns.forEach(column -> define(definitions, column));
        var rows = table.putArray("rows");
        var now = clock.instant();
        for (var object : objects) {
            var row = rows.addObject();
            var cells = row.putArray("cells");
            cells.add(Json.meta(object, "name"));
            for (var column : columns)
                cells.add(cell(column, object, target.type().custom(), now));
            row.set("object", object);
        }
        return table;
    }

    private static void define(ArrayNode definitions, Column column) {
        definitions
                .addObject()
                .put("name", column.name())
                .put("type", column.type().equals("date") ? "string" : column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.priority());
    }

    private static JsonNode cell(Column column, JsonNode object, boolean custom, Instant now) {
        if (column.jsonPath().equals("=lastSeen")) return text(age(lastSeen(object), now));
        if (column.jsonPath().startsWith("=")) return text(Computed.cell(column.jsonPath(), object));
        var values = JsonPath.values(object, column.jsonPath());
        if (values.isEmpty() && !custom && column.type().equals("integer"))
            return Json.array().add(0).path(0);
        if (values.isEmpty()) return Json.array().addNull().path(0);
        var first = values.get(0);
        if (column.type().equals("date")) return text(age(first.asText(""), now));
        if (values.size() == 1 && first.isValueNode())
            return column.type().equals("string") ? text(first.asText()) : first;
        if (values.size() == 1) return text(first.toString());
        return text(String.join(",", values.stream().map(JsonNode::asText).toList()));
    }

    private static JsonNode text(String text) {
        return Json.array().add(text).path(0);
    }

    /** When an event was last seen, by whichever of its fields tells. */
    private static String lastSeen(JsonNode event) {
        for (String path : List.of(
                "series.lastObservedTime",
                "lastTimestamp",
                "deprecatedLastTimestamp",
                "eventTime",
                "metadata.creationTimestamp")) {
            String time = Json.at(event, path).asText("");
            if (!time.isEmpty() && !time.equals("null")) return time;
        }
        return "";
    }

    private static String age(String since, Instant now) {
        try {
            return human(Duration.between(Instant.parse(since), now));
        } catch (DateTimeParseException e) {
            return "<unknown>";
        }
    }

    /** A duration in at most two units, as kubectl writes ages: 95s, 3m20s, 5h, 2d3h, 40d. */
    static String human(Duration age) {
        long s = Math.max(0, age.toSeconds());
        if (s < 120) return s + "s";
        long m = s / 60;
        if (m < 10) return m + "m" + (s % 60 == 0 ? "" : s % 60 + "s");
        if (m < 180) return m + "m";
        long h = m / 60;
        if (h < 8) return h + "h" + (m % 60 == 0 ? "" : m % 60 + "m");
        if (h < 48) return h + "h";
        long d = h / 24;
        if (h < 192) return d + "d" + (h % 24 == 0 ? "" : h % 24 + "h");
        if (d < 730) return d + "d";
        return d / 365 + "y" + (d % 365 == 0 ? "" : d % 365 + "d");
    }
}
