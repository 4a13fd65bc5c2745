package io.mcprollout.sandbox.kube.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The CustomResourceDefinitions of VirtualService, DestinationRule and Gateway, each served as v1, v1beta1 and v1alpha3. */
public final class IstioResources {
    private IstioResources() {}

    /** The definitions, to be applied. */
    public static List<ObjectNode> definitions() {
        var definitions = new ArrayList<ObjectNode>();
        for (String file : List.of("virtualservices.yaml", "destinationrules.yaml", "gateways.yaml")) {
            var documents = Json.documents(read(file));
            var crd = (ObjectNode) resolved(documents.get(1), documents.get(0));
            definitions.add(inAllVersions(crd));
        }
        return definitions;
    }

    private static String read(String file) {
        try (var in = Objects.requireNonNull(IstioResources.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value with every text {@code $part} replaced by that part. */
    private static JsonNode resolved(JsonNode value, ObjectNode parts) {
        if (value.isTextual() && value.asText().startsWith("$")) {
            String name = value.asText().substring(1);
            return resolved(Objects.requireNonNull(parts.get(name), name), parts);
        }
        if (value instanceof ObjectNode object) {
            var copy = Json.object();
            object.properties().forEach(e -> copy.set(e.getKey(), resolved(e.getValue(), parts)));
            return copy;
        }
        if (value instanceof ArrayNode array) {
            var copy = Json.array();
            array.forEach(item -> copy.add(resolved(item, parts)));
            return copy;
        }
        return value;
    }

    /** The files tell v1; the older versions have the same schema. */
    private static ObjectNode inAllVersions(ObjectNode crd) {
        var versions = (ArrayNode) crd.path("spec").path("versions");
        for (String older : List.of("v1beta1", "v1alpha3")) {
            var version = (ObjectNode) versions.path(0).deepCopy();
            versions.add(version.put("name", older).put("storage", false));
        }
        return crd;
    }
}
