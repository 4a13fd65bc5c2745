package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.adapter.mcp.Script.Check;
import io.mcprollout.policy.evidence.ProbeCode;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What is wrong with the result of a tool call. */
record ToolVerdict(ProbeCode code, String what) {
    /** JSON numbers are equal when their values are: 1 and 1.0. */
    private static final Comparator<JsonNode> BY_VALUE =
            (a, b) -> a.equals(b) || (a.isNumber() && b.isNumber() && a.doubleValue() == b.doubleValue()) ? 0 : 1;

    /** The first thing that is wrong; empty when nothing is. */
    static Optional<ToolVerdict> on(Script.Call call, JsonNode result) {
        if (result.path("resultType").asText().equals("input_required")) {
            return Optional.of(
                    new ToolVerdict(ProbeCode.INPUT_REQUIRED, "the tool wants a user's input; probe another tool"));
        }
        String text = textOf(result);
        if (result.path("isError").asBoolean()) {
            return Optional.of(new ToolVerdict(ProbeCode.CALL_IS_ERROR, "isError: " + text));
        }
        for (Check check : call.checks()) {
            boolean holds = switch (check) {
                case Check.Matches matches -> matches.pattern().matcher(text).find();
                case Check.Equal equal -> result.at(equal.pointer()).equals(BY_VALUE, equal.value());
            };
            if (!holds) {
                return Optional.of(new ToolVerdict(ProbeCode.CALL_ASSERTION, describe(check, result, text)));
            }
        }
        return Optional.empty();
    }

    private static String describe(Check check, JsonNode result, String text) {
        return switch (check) {
            case Check.Matches matches -> "no match of " + matches.pattern().pattern() + " in: " + text;
            case Check.Equal equal -> {
                JsonNode found = result.at(equal.pointer());
                yield equal.pointer() + " is " + (found.isMissingNode() ? "absent" : found.toString()) + ", not "
                        + equal.value();
            }
        };
    }

    private static String textOf(JsonNode result) {
        return StreamSupport.stream(result.path("content").spliterator(), false)
                .map(part -> part.path("text"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .collect(Collectors.joining("\n"));
    }
}
