package io.mcprollout.sandbox.kube.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** JSON and YAML as the API reads and writes them. */
public final class Json {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private Json() {}

    /** An empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** An empty array. */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** An array of strings. */
    public static ArrayNode strings(Collection<String> values) {
        var array = array();
        values.forEach(array::add);
        return array;
    }

    /** The value of a JSON or YAML text; a {@link ApiException} with status 400 if it is neither. */
    public static JsonNode parse(byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (IOException notJson) {
            return parseYaml(text);
        }
    }

    private static JsonNode parseYaml(byte[] text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw ApiException.badRequest("the object provided is unrecognized: " + e.getMessage());
        }
    }

    /** The objects of a YAML text with one or more documents; empty documents are left out. */
    public static List<ObjectNode> documents(String yaml) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            var objects = new ArrayList<ObjectNode>();
            while (values.hasNextValue()) {
                if (values.nextValue() instanceof ObjectNode object && !object.isEmpty()) objects.add(object);
            }
            return objects;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value as UTF-8 JSON. */
    public static byte[] bytes(JsonNode value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object as if it had come over the wire, so that numbers have their canonical node types. */
    public static ObjectNode canonical(ObjectNode object) {
        return (ObjectNode) parse(bytes(object));
    }

    /** Equality in which 1 and 1.0 and the integer widths are the same number. */
    public static boolean same(JsonNode a, JsonNode b) {
        return a.equals(Json::compare, b);
    }

    private static int compare(JsonNode a, JsonNode b) {
        if (a.equals(b)) return 0;
        return a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) : 1;
    }

    /** The object's metadata, made if it is absent or not an object. */
    public static ObjectNode metadata(ObjectNode object) {
        return child(object, "metadata");
    }

    /** The member as an object, made if it is absent or not an object. */
    public static ObjectNode child(ObjectNode object, String name) {
        return object.get(name) instanceof ObjectNode child ? child : object.putObject(name);
    }

    /** A text of the object's metadata, "" if absent. */
    public static String meta(JsonNode object, String name) {
        return object.path("metadata").path(name).asText("");
    }

    /** The value at a dotted path of member names, missing if absent. */
    public static JsonNode at(JsonNode object, String path) {
        JsonNode value = object;
        for (String name : path.split("\\.", -1)) value = value.path(name);
        return value;
    }

    /** Sets the member, or removes it where the value is missing or null. */
    public static void put(ObjectNode object, String name, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) object.remove(name);
        else object.set(name, value);
    }
}
