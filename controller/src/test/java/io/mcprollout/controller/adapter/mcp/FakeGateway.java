package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A gateway with the rules of a plan, and the pods of two versions behind it, on one real socket. Healthy until told otherwise: both
 * versions mint ids with their tag, and every session stays where it was minted.
 */
final class FakeGateway implements AutoCloseable {
    static final Map<Slot, String> TAGS = Map.of(Slot.A, "5d8f7c", Slot.B, "77b9d4");
    private static final Map<Slot, PinId> PINS = Map.of(Slot.A, Bed.STABLE, Slot.B, Bed.CANDIDATE);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Beginning of the ids that a version mints; a version without mints none. */
    final Map<Slot, String> prefixes = new ConcurrentHashMap<>(Map.of(Slot.A, "5d8f7c~", Slot.B, "77b9d4~"));

    /** Whether a version's own rule keeps its tagged sessions. */
    final Set<Slot> kept = ConcurrentHashMap.newKeySet();

    /** Whether the gateway's script tags ids. */
    volatile boolean isScripted;

    /** Who gets requests with an id that no rule knows. */
    volatile Slot adopting = Slot.A;

    /** Whether answers by the rule for untagged ids name the incarnation. */
    volatile boolean isAdoptionShown;

    /** Who gets new sessions, in turn. */
    volatile List<Slot> weights = List.of(Slot.A);

    /** Whether answers by weights name the incarnation. */
    volatile boolean isWeightShown;

    /** What answers to probes say of the plan. */
    volatile Optional<String> echo = Optional.of("plan-1");

    private final HttpServer server;
    private final Map<Slot, List<Set<String>>> pods = new EnumMap<>(Slot.class);
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger draws = new AtomicInteger();

    /** A request as it came; {@code by} is the version that it was sent to. */
    record Heard(
            String rpc,
            boolean isProbe,
            Optional<String> session,
            Optional<Slot> by,
            HttpConnection connection,
            MultiMap headers) {}

    private record Fault(Predicate<Heard> of, Answering answering) {}

    /** Answers a request in the place of a pod. */
    interface Answering {
        void answer(HttpServerResponse response);
    }

    private record Route(Optional<Slot> to, Optional<PinId> shown) {}

    FakeGateway(Vertx vertx) {
        kept.addAll(Set.of(Slot.values()));
        pods(Slot.A, 1);
        pods(Slot.B, 1);
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> request.body().onSuccess(body -> serve(request, body)));
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    int port() {
        return server.actualPort();
    }

    /** A version gets so many new pods, which know no session and answer in turn. */
    void pods(Slot slot, int count) {
        List<Set<String>> fresh = IntStream.range(0, count)
                .<Set<String>>mapToObj(pod -> new HashSet<>())
                .toList();
        synchronized (pods) {
            pods.put(slot, fresh);
        }
    }

    /** From now on such requests are answered so. */
    void on(Predicate<Heard> requests, Answering answering) {
        faults.add(new Fault(requests, answering));
    }

    /** Requests with this JSON-RPC method, or this verb where there is no message. */
    List<Heard> heard(String rpc) {
        return heard.stream().filter(one -> one.rpc().equals(rpc)).toList();
    }

    List<Heard> heard() {
        return heard;
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    private void serve(HttpServerRequest request, Buffer body) {
        JsonNode message = body.length() == 0 ? JSON.createObjectNode() : parse(body);
        Optional<String> given = Optional.ofNullable(request.getHeader("mcp-session-id"));
        boolean isMarked = isScripted
                && given.filter(id -> id.matches("mcpro1\\.[ab]-\\d~.*")).isPresent();
        Optional<String> pin = given.filter(id -> isMarked).map(id -> id.substring(7, id.indexOf('~')));
        Optional<String> id = isMarked ? given.map(text -> text.substring(text.indexOf('~') + 1)) : given;
        Route route = route(request, pin, id);
        boolean isProbe = request.headers().contains("x-mcp-probe-token");
        HttpServerResponse response = request.response();
        if (isProbe) {
            echo.ifPresent(plan -> response.putHeader("x-mcp-rollout-gen", plan));
        }
        route.shown().ifPresent(shown -> response.putHeader("x-mcp-variant", shown.toString()));
        String rpc = message.path("method").asText(request.method().name());
        Heard one = new Heard(rpc, isProbe, given, route.to(), request.connection(), request.headers());
        heard.add(one);
        Optional<Fault> fault =
                faults.stream().filter(each -> each.of().test(one)).findFirst();
        if (fault.isPresent()) {
            fault.get().answering().answer(response);
        } else if (route.to().isEmpty()) {
            error(response, "no such session");
        } else {
            pod(route, one, id, message, response);
        }
    }

    private Route route(HttpServerRequest request, Optional<String> pin, Optional<String> id) {
        for (PinId one : PINS.values()) {
            if (one.toString().equals(request.getHeader("x-mcp-probe-variant"))
                    && Bed.PROBE_TOKEN.equals(request.getHeader("x-mcp-probe-token"))) {
                return new Route(Optional.of(one.slot()), Optional.of(one));
            }
            boolean isTagged = id.filter(text -> text.startsWith(TAGS.get(one.slot()) + "~"))
                    .isPresent();
            if (kept.contains(one.slot()) && (pin.equals(Optional.of(one.toString())) || isTagged)) {
                return new Route(Optional.of(one.slot()), Optional.of(one));
            }
        }
        if (pin.isPresent()) {
            return new Route(Optional.empty(), Optional.empty());
        }
        if (id.isEmpty()) {
            Slot drawn = weights.get(draws.getAndIncrement() % weights.size());
            return new Route(
                    Optional.of(drawn), Optional.ofNullable(PINS.get(drawn)).filter(shown -> isWeightShown));
        }
        return new Route(
                Optional.of(adopting), Optional.ofNullable(PINS.get(adopting)).filter(shown -> isAdoptionShown));
    }

    private void pod(Route route, Heard one, Optional<String> id, JsonNode message, HttpServerResponse response) {
        Slot slot = route.to().orElseThrow();
        Set<String> sessions;
        synchronized (pods) {
            List<Set<String>> all = Objects.requireNonNull(pods.get(slot));
            sessions = all.get(turns.getAndIncrement() % all.size());
        }
        if (one.rpc().equals("initialize")) {
            Optional.ofNullable(prefixes.get(slot)).ifPresent(prefix -> {
                String minted = prefix + UUID.randomUUID();
                sessions.add(minted);
                boolean marks = isScripted && route.shown().isPresent();
                response.putHeader(
                        "mcp-session-id", marks ? "mcpro1." + route.shown().get() + "~" + minted : minted);
            });
            result(response, message, FakeMcpServer.INITIALIZED.formatted("2025-06-18"));
        } else if (prefixes.containsKey(slot) && !sessions.contains(id.orElse(""))) {
            error(response, "session not found");
        } else if (one.rpc().startsWith("notifications/") || one.rpc().equals("DELETE")) {
            response.setStatusCode(202).end();
        } else {
            result(response, message, "{\"tools\":[{\"name\":\"echo\"}],\"content\":[]}");
        }
    }

    private static void result(HttpServerResponse response, JsonNode message, String result) {
        response.putHeader("content-type", "application/json")
                .end("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}");
    }

    private static void error(HttpServerResponse response, String text) {
        response.setStatusCode(404)
                .putHeader("content-type", "application/json")
                .end("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"" + text + "\"}}");
    }

    private static JsonNode parse(Buffer body) {
        try {
            return JSON.readTree(body.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
