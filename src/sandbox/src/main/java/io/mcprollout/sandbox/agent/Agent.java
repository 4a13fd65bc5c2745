package io.mcprollout.sandbox.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One MCP client: opens a session when it has none, uses it for a number of calls, closes it. A lost session is forgotten and the next call opens
 * another, which is more than some official clients do. Used from one event loop only.
 */
final class Agent {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "2025-06-18";

    /** What {@code initialize} agreed on; an empty id is a server without sessions. */
    private record Session(String id, String protocol) {}

    private final Wire wire;
    private final LoadSpec spec;
    private final String name;
    private @Nullable Future<Opened> current;
    private int callsLeft;

    /** Either a session, or the answer that refused it. */
    private record Opened(@Nullable Session session, Answer answer) {}

    Agent(Wire wire, LoadSpec spec, String name) {
        this.wire = wire;
        this.spec = spec;
        this.name = name;
    }

    /** Makes one call and tells what the server answered; the future never fails. */
    Future<Answer> call(ToolCall call) {
        Future<Opened> opened = session();
        boolean last = --callsLeft <= 0;
        if (last) {
            current = null;
        }
        return opened.compose(open -> {
            Session session = open.session();
            if (session == null) {
                forget(opened);
                return Future.succeededFuture(open.answer());
            }
            return wire.request(session.id(), session.protocol(), "tools/call", call.params())
                    .map(answer -> judge(answer, call.expect()))
                    .onSuccess(answer -> after(answer, opened, session, last));
        });
    }

    private Future<Opened> session() {
        if (current == null) {
            callsLeft = spec.callsPerSession();
            current = open();
        }
        return current;
    }

    private Future<Opened> open() {
        JsonNode params = JSON.createObjectNode()
                .put("protocolVersion", VERSION)
                .<ObjectNode>set("capabilities", JSON.createObjectNode())
                .set("clientInfo", JSON.createObjectNode().put("name", name).put("version", "1"));
        return wire.request("", "", "initialize", params).compose(answer -> {
            if (answer.failure() != null) {
                return Future.succeededFuture(new Opened(null, answer));
            }
            Session session = new Session(
                    answer.session(), answer.result().path("protocolVersion").asText(VERSION));
            return wire.notify(session.id(), session.protocol(), "notifications/initialized")
                    .map(told -> told.failure() == null ? new Opened(session, answer) : new Opened(null, told));
        });
    }

    private void after(Answer answer, Future<Opened> opened, Session session, boolean last) {
        if (answer.failure() == Failure.SESSION_LOST) {
            forget(opened);
        } else if (last && !session.id().isEmpty()) {
            wire.delete(session.id(), session.protocol());
        }
    }

    private void forget(Future<Opened> opened) {
        if (opened.equals(current)) {
            current = null;
        }
    }

    private static Answer judge(Answer answer, Pattern expect) {
        if (answer.failure() != null) {
            return answer;
        }
        String text = answer.result().path("content").findValuesAsText("text").toString();
        if (answer.result().path("isError").asBoolean(false)) {
            return answer.as(Failure.TOOL_ERROR, text);
        }
        return expect.matcher(text).find() ? answer : answer.as(Failure.WRONG_ANSWER, text);
    }
}
