package io.mcprollout.sandbox.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;

/** A tool call that an agent makes: tool, arguments, and a pattern found in the text of a right answer. */
public record ToolCall(String tool, JsonNode arguments, Pattern expect) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ANYTHING = Pattern.compile("");

    /** A call whose every answer without an error is right. */
    public static ToolCall of(String tool, Map<String, ?> arguments) {
        return new ToolCall(tool, JSON.valueToTree(arguments), ANYTHING);
    }

    /** The same call, right only when its text contains a match of this regular expression. */
    public ToolCall expecting(String regex) {
        return new ToolCall(tool, arguments, Pattern.compile(regex));
    }

    /** The {@code tools/call} parameters. */
    ObjectNode params() {
        return JSON.createObjectNode().put("name", tool).set("arguments", arguments);
    }
}
