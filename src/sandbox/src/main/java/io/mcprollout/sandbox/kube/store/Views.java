package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import java.util.Map;

/** An object in the version that a client speaks, and back to the version it is kept in. */
public final class Views {
    private static final String EVENTS = "events.k8s.io";
    /** Core name of each field that events.k8s.io calls differently. */
    private static final Map<String, String> CORE_NAMES = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");

    private Views() {}

    /** The kept object as that version shows it; shares its parts, so copy before changing. */
    public static ObjectNode of(ObjectNode kept, ResourceType type, String version) {
        String apiVersion = type.apiVersion(version);
        if (kept.path("apiVersion").asText().equals(apiVersion)) return kept;
        var view = Json.object();
        view.setAll(kept);
        view.put("apiVersion", apiVersion);
        if (type.group().equals(EVENTS)) CORE_NAMES.forEach((name, core) -> rename(view, core, name));
        return view;
    }

    /** The object as it is kept. */
    static ObjectNode kept(ObjectNode view, ResourceType type) {
        boolean events = type.group().equals(EVENTS);
        String apiVersion = events ? "v1" : type.storageApiVersion();
        if (view.path("apiVersion").asText().equals(apiVersion)) return view;
        var kept = Json.object();
        kept.setAll(view);
        kept.put("apiVersion", apiVersion);
        if (events) CORE_NAMES.forEach((name, core) -> rename(kept, name, core));
        return kept;
    }

    private static void rename(ObjectNode object, String from, String to) {
        var value = object.remove(from);
        if (value != null) object.set(to, value);
    }
}
