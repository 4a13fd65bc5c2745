package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Keeps status small: of what only people read, the least useful goes first; what is read back is never cut. */
final class StatusFit {
    /** Bytes of status: a tenth of what the API server's store takes for one object, since each write carries all of it. */
    static final int LARGEST = 16 * 1024;

    private static final int ATTEMPTS_KEPT = 3;
    private static final int LONGEST_SENTENCE = 256;

    private static final List<Consumer<ObjectNode>> CUTS = List.of(
            status -> each(status.path("history"), attempt -> attempt.remove("reason")),
            status -> each(status.path("verdict").path("evidence"), stream -> stream.remove("trouble")),
            status -> each(status.path("condemned"), condemned -> condemned.remove("reason")),
            status -> keepLast(status.path("history")),
            StatusFit::shortenAll,
            status -> status.remove("commands"),
            status -> status.remove("verdict"));

    private StatusFit() {}

    /** Cuts until it fits, or there is nothing left to cut. */
    static void cut(ObjectNode status) {
        for (Consumer<ObjectNode> cut : CUTS) {
            if (size(status) <= LARGEST) {
                return;
            }
            cut.accept(status);
        }
    }

    /** Bytes of a node as it is sent. */
    static int size(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static void each(JsonNode nodes, Consumer<ObjectNode> change) {
        nodes.forEach(node -> {
            if (node instanceof ObjectNode object) {
                change.accept(object);
            }
        });
    }

    private static void shortenAll(ObjectNode status) {
        shorten(status);
        each(status.path("conditions"), StatusFit::shorten);
    }

    private static void shorten(ObjectNode object) {
        for (String field : List.of("message", "then", "rollbackCause")) {
            String text = object.path(field).asText("");
            if (text.length() > LONGEST_SENTENCE) {
                object.set(field, TextNode.valueOf(text.substring(0, LONGEST_SENTENCE - 1) + "…"));
            }
        }
    }

    private static void keepLast(JsonNode list) {
        if (list instanceof ArrayNode array) {
            while (array.size() > ATTEMPTS_KEPT) {
                array.remove(0);
            }
        }
    }
}
