package io.mcprollout.sandbox.server;

import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A tool and what it does: arguments in, text out; {@link IllegalArgumentException} becomes an {@code isError} result. All arguments are
 * required; {@code arguments} maps each to its JSON type, in order.
 */
record ServedTool(
        String name, String description, Map<String, String> arguments, Function<Map<String, Object>, String> body) {

    /** The same tool under another name. */
    ServedTool renamed(String to) {
        return new ServedTool(to, description, arguments, body);
    }

    /** The same tool with one more required argument, {@code confirm}. */
    ServedTool demandingConfirmation() {
        Map<String, String> more = new LinkedHashMap<>(arguments);
        more.put("confirm", "boolean");
        return new ServedTool(name, description, more, body);
    }

    /** The tool as {@code tools/list} shows it. */
    Tool listed() {
        Map<String, Object> properties = new LinkedHashMap<>();
        arguments.forEach((argument, type) -> properties.put(argument, Map.of("type", type)));
        Map<String, Object> schema =
                Map.of("type", "object", "properties", properties, "required", List.copyOf(arguments.keySet()));
        return Tool.builder(name, schema).description(description).build();
    }
}
