package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.egress.BoundedJson;
import io.mcprollout.policy.evidence.ProbeCode;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;

/** The walk through the pages of {@code tools/list}: looks for the wanted tools and keeps nothing else. */
final class ToolList {
    private static final String STEP = "tools/list";

    /** Most pages that are read. */
    static final int PAGES = 50;

    /** Most bytes that all pages may have together. */
    static final long BYTES = 4L * 1024 * 1024;

    private final Wire wire;
    private final Judge judge;
    private final Set<String> missing;
    private final Set<String> cursors = new HashSet<>();
    private long bytes;

    /** Looks for these tools, and takes those it finds out of the set. */
    ToolList(Wire wire, Judge judge, Set<String> wanted) {
        this.wire = wire;
        this.judge = judge;
        this.missing = wanted;
    }

    /** Reads all pages; fails with a {@link Failure} when the list is not what it should be or a wanted tool is not in it. */
    Future<Void> walk() {
        return page(BoundedJson.object());
    }

    private Future<Void> page(ObjectNode params) {
        return wire.request(STEP, STEP, params).compose(reply -> {
            if (reply instanceof Reply.Refusal refusal) {
                return failed(ProbeCode.LIST_FAILED, McpSession.describe(refusal));
            }
            Reply.Result result = (Reply.Result) reply;
            bytes += result.bytes();
            if (!strikeOff(result.value().path("tools"))) {
                return failed(ProbeCode.LIST_FAILED, "the result has no list of named tools");
            }
            JsonNode cursor = result.value().path("nextCursor");
            return cursor.isTextual() ? next(cursor.textValue()) : end();
        });
    }

    private Future<Void> next(String cursor) {
        if (!cursors.add(cursor)) {
            return failed(
                    ProbeCode.LIST_FAILED,
                    "the cursor of page " + cursors.size() + " comes again: the list never ends");
        }
        if (cursors.size() >= PAGES || bytes > BYTES) {
            return failed(ProbeCode.LIST_FAILED, "more than " + PAGES + " pages or " + BYTES + " bytes");
        }
        return page(BoundedJson.object().put("cursor", cursor));
    }

    private Future<Void> end() {
        return missing.isEmpty()
                ? Future.succeededFuture()
                : failed(
                        ProbeCode.TOOL_MISSING,
                        "not listed: "
                                + String.join(", ", missing.stream().sorted().toList()));
    }

    private boolean strikeOff(JsonNode tools) {
        boolean wellFormed = tools.isArray();
        for (JsonNode tool : tools) {
            wellFormed &= tool.path("name").isTextual();
            missing.remove(tool.path("name").asText());
        }
        return wellFormed;
    }

    private Future<Void> failed(ProbeCode code, String what) {
        return Future.failedFuture(judge.failure(code, STEP, what));
    }
}
