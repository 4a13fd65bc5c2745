package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.store.Stored;
import io.mcprollout.sandbox.kube.store.Views;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;

/** The form in which a client wants objects: as they are, their metadata only, or as rows of a table. */
enum Format {
    OBJECT,
    METADATA,
    TABLE;

    /** The first form of the Accept header that is known. */
    static Format accepted(String accept) {
        for (String range : accept.split(",", -1)) {
            String wanted = range.toLowerCase(Locale.ROOT).replace(" ", "");
            if (wanted.contains("as=table")) return TABLE;
            if (wanted.contains("as=partialobjectmetadata")) return METADATA;
            if (wanted.startsWith("application/json") && !wanted.contains("as=")) return OBJECT;
        }
        return OBJECT;
    }

    /** One object as JSON. */
    byte[] one(Target target, Stored stored, Tables tables) {
        var view = Views.of(stored.object(), target.type(), target.version());
        return switch (this) {
            case OBJECT ->
                view.path("apiVersion").equals(stored.object().path("apiVersion")) ? stored.bytes() : Json.bytes(view);
            case METADATA -> Json.bytes(metadata(view));
            case TABLE -> Json.bytes(tables.of(target, List.of(view), meta(view)));
        };
    }

    private static ObjectNode meta(JsonNode view) {
        return Json.object().put("resourceVersion", Json.meta(view, "resourceVersion"));
    }

    static ObjectNode metadata(ObjectNode view) {
        var partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", view.path("metadata"));
        return partial;
    }

    /** A list as JSON. */
    Buffer list(Target target, List<Stored> objects, ObjectNode listMeta, Tables tables) {
        if (this == TABLE) {
            var views = objects.stream()
                    .map(s -> Views.of(s.object(), target.type(), target.version()))
                    .toList();
            return Buffer.buffer(Json.bytes(tables.of(target, views, listMeta)));
        }
        var head = Json.object();
        head.put(
                "kind",
                this == METADATA ? "PartialObjectMetadataList" : target.type().kind() + "List");
        head.put("apiVersion", this == METADATA ? "meta.k8s.io/v1" : target.apiVersion());
        head.set("metadata", listMeta);
        var body = Buffer.buffer(Json.bytes(head));
        var list = body.getBuffer(0, body.length() - 1).appendString(",\"items\":[");
        for (int i = 0; i < objects.size(); i++) {
            if (i > 0) list.appendByte((byte) ',');
            list.appendBytes(one(target, objects.get(i), tables));
        }
        return list.appendString("]}\n");
    }

    /** One line of a watch. */
    static Buffer event(String type, byte[] object) {
        return Buffer.buffer(object.length + 32)
                .appendString("{\"type\":\"" + type + "\",\"object\":")
                .appendBytes(object)
                .appendString("}\n");
    }
}
