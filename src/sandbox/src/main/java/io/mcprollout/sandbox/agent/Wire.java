package io.mcprollout.sandbox.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sends JSON-RPC over Streamable HTTP with one deadline over connection, headers and body. Futures never fail: what went wrong is an {@link Answer}. */
final class Wire {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 4 << 20;
    private static final int LONGEST_DETAIL = 160;
    private static final long LINGER_MS = 500; // how long a stream may stay open after its answer

    private final Vertx vertx;
    private final HttpClient http;
    private final LoadSpec spec;
    private long lastId;

    Wire(Vertx vertx, HttpClient http, LoadSpec spec) {
        this.vertx = vertx;
        this.http = http;
        this.spec = spec;
    }

    /** Asks and waits for the answer with the request's id. */
    Future<Answer> request(String session, String version, String method, JsonNode params) {
        long id = ++lastId;
        ObjectNode message = message(method).put("id", id);
        message.set("params", params);
        return send(HttpMethod.POST, session, version, message, id);
    }

    /** Tells; every 2xx is a good answer. */
    Future<Answer> notify(String session, String version, String method) {
        return send(HttpMethod.POST, session, version, message(method), null);
    }

    /** Ends the session. */
    Future<Answer> delete(String session, String version) {
        return send(HttpMethod.DELETE, session, version, null, null);
    }

    private static ObjectNode message(String method) {
        return JSON.createObjectNode().put("jsonrpc", "2.0").put("method", method);
    }

    private Future<Answer> send(
            HttpMethod method, String session, String version, @Nullable JsonNode body, @Nullable Long id) {
        Promise<Answer> answer = Promise.promise();
        long deadline = vertx.setTimer(
                spec.timeout().toMillis(),
                timer -> answer.tryComplete(Answer.none(
                        Failure.TIMEOUT, "no answer within " + spec.timeout().toMillis() + " ms")));
        http.request(options(method, session, version))
                .onFailure(e -> answer.tryComplete(failure(e)))
                .onSuccess(request -> exchange(request, body, id, !session.isEmpty(), answer));
        return answer.future().onComplete(done -> vertx.cancelTimer(deadline));
    }

    private RequestOptions options(HttpMethod method, String session, String version) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(spec.endpoint().getHost())
                .setPort(spec.endpoint().getPort())
                .setURI(spec.endpoint().getPath())
                .putHeader("Host", spec.authority())
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json, text/event-stream");
        spec.headers().forEach(options::putHeader);
        if (!session.isEmpty()) {
            options.putHeader("Mcp-Session-Id", session);
        }
        if (!version.isEmpty()) {
            options.putHeader("MCP-Protocol-Version", version);
        }
        return options;
    }

    private void exchange(
            HttpClientRequest request,
            @Nullable JsonNode body,
            @Nullable Long id,
            boolean inSession,
            Promise<Answer> answer) {
        AtomicBoolean ended = new AtomicBoolean();
        /* A body usually ends right after the answer in it; cutting it there would cost the connection. */
        answer.future().onSuccess(done -> {
            if (done.failure() == Failure.TIMEOUT) {
                resetUnless(ended, request);
            } else {
                vertx.setTimer(LINGER_MS, timer -> resetUnless(ended, request));
            }
        });
        request.response().onFailure(e -> answer.tryComplete(failure(e))).onSuccess(response -> {
            response.end().onComplete(end -> ended.set(true));
            read(response, id, inSession, answer);
        });
        (body == null ? request.send() : request.send(Buffer.buffer(body.toString())))
                .onFailure(e -> answer.tryComplete(failure(e)));
    }

    private static void resetUnless(AtomicBoolean ended, HttpClientRequest request) {
        if (!ended.get()) {
            request.reset();
        }
    }

    private static String status(HttpClientResponse response, @Nullable Buffer body) {
        String said = body == null ? "" : body.toString().strip();
        return "HTTP " + response.statusCode()
                + (said.isEmpty() ? "" : ": " + said.substring(0, Math.min(LONGEST_DETAIL, said.length())));
    }

    private static void read(
            HttpClientResponse response, @Nullable Long id, boolean inSession, Promise<Answer> answer) {
        if (response.statusCode() >= 300) {
            boolean lost = inSession && (response.statusCode() == 404 || response.statusCode() == 400);
            response.body()
                    .onComplete(body -> answer.tryComplete(Answer.failed(
                            response.statusCode(),
                            response.headers(),
                            lost ? Failure.SESSION_LOST : Failure.HTTP_STATUS,
                            status(response, body.result()))));
            return;
        }
        if (id == null) {
            response.end()
                    .onComplete(end -> answer.tryComplete(
                            Answer.ofResult(response.statusCode(), response.headers(), JSON.nullNode())));
            return;
        }
        String type = response.getHeader("Content-Type");
        if (type != null && type.startsWith("text/event-stream")) {
            readEvents(response, id, answer);
        } else {
            readJson(response, id, answer);
        }
    }

    private static void readEvents(HttpClientResponse response, long id, Promise<Answer> answer) {
        EventStream events = new EventStream();
        response.handler(chunk -> {
            for (String event : events.feed(chunk.getBytes())) {
                Answer found = judge(response, event, id);
                if (found != null) {
                    answer.tryComplete(found);
                }
            }
        });
        response.exceptionHandler(e -> answer.tryComplete(cut(response)));
        response.endHandler(end -> answer.tryComplete(cut(response)));
    }

    private static void readJson(HttpClientResponse response, long id, Promise<Answer> answer) {
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > MOST_BYTES) {
                answer.tryComplete(malformed(response, "more than " + MOST_BYTES + " bytes"));
            }
        });
        response.exceptionHandler(e -> answer.tryComplete(cut(response)));
        response.endHandler(end -> {
            Answer found = judge(response, body.toString(), id);
            answer.tryComplete(found == null ? malformed(response, "no answer to id " + id) : found);
        });
    }

    /** The answer that a message is, {@code null} when it is a message for somebody else. */
    private static @Nullable Answer judge(HttpClientResponse response, String text, long id) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return malformed(response, "no JSON");
        }
        if (message.path("id").asLong(-1) != id || message.has("method")) {
            return null;
        }
        if (message.has("error")) {
            JsonNode error = message.get("error");
            return Answer.failed(
                    response.statusCode(),
                    response.headers(),
                    Failure.RPC_ERROR,
                    error.path("code").asText() + " " + error.path("message").asText());
        }
        return message.path("result").isObject()
                ? Answer.ofResult(response.statusCode(), response.headers(), message.get("result"))
                : malformed(response, "neither result nor error");
    }

    private static Answer malformed(HttpClientResponse response, String why) {
        return Answer.failed(response.statusCode(), response.headers(), Failure.MALFORMED, why);
    }

    private static Answer cut(HttpClientResponse response) {
        return Answer.failed(
                response.statusCode(), response.headers(), Failure.CUT, "the answer ended before it was complete");
    }

    private static Answer failure(Throwable cause) {
        return cause instanceof ConnectException
                ? Answer.none(Failure.CONNECT, "connection refused")
                : Answer.none(Failure.CUT, String.valueOf(cause.getMessage()));
    }
}
