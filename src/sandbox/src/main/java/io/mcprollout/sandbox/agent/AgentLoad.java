package io.mcprollout.sandbox.agent;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Agents at work: calls are sent when the schedule says so, whether or not earlier ones have ended, so a slow server is not spared. Everything runs
 * on one event loop; {@link #counts} may be asked from any thread at any time.
 */
public final class AgentLoad implements AutoCloseable {

    private final Vertx vertx;
    private final LoadSpec spec;
    private final Context context;
    private final HttpClient http;
    private final List<Agent> agents;
    private final Tallies tallies;
    private final Consumer<CallResult> listener;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private long startNanos;
    private long due;
    private long sent;
    private long pending;
    private boolean stopping;

    private AgentLoad(Vertx vertx, LoadSpec spec, Consumer<CallResult> listener) {
        this.vertx = vertx;
        this.spec = spec;
        this.listener = listener;
        context = vertx.getOrCreateContext();
        tallies = new Tallies(spec.blamesCanary());
        http = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(Math.max(64, 4 * spec.agents()))
                .setConnectTimeout((int) spec.timeout().toMillis())
                .setTcpNoDelay(true));
        Wire wire = new Wire(vertx, http, spec);
        agents = IntStream.range(0, spec.agents())
                .mapToObj(n -> new Agent(wire, spec, "agent-" + n))
                .toList();
    }

    /** Starts the load; {@code listener} is told of every call that has ended, on the event loop. */
    public static AgentLoad start(Vertx vertx, LoadSpec spec, Consumer<CallResult> listener) {
        AgentLoad load = new AgentLoad(vertx, spec, listener);
        load.context.runOnContext(go -> {
            load.startNanos = System.nanoTime();
            load.due = spec.schedule().after(0);
            load.pump();
        });
        return load;
    }

    /** Starts the load. */
    public static AgentLoad start(Vertx vertx, LoadSpec spec) {
        return start(vertx, spec, result -> {});
    }

    /** What has been counted until now. */
    public LoadCounts counts() {
        return tallies.counts();
    }

    /** Sends no more calls and waits until those under way have ended. */
    public void finish() {
        context.runOnContext(go -> {
            stopping = true;
            endIfIdle();
        });
        try {
            idle.get(spec.timeout().toMillis() * 3 + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("calls under way did not end", e);
        }
    }

    @Override
    public void close() {
        try {
            finish();
        } finally {
            http.close();
        }
    }

    /* Sends everything that is due, then sleeps until the next: a late timer is seen as lateness and made up for. */
    private void pump() {
        long now = System.nanoTime() - startNanos;
        while (due <= now && !stopping) {
            send(Duration.ofNanos(now - due));
            due = spec.schedule().after(due);
            now = System.nanoTime() - startNanos;
        }
        if (!stopping && due != Schedule.NEVER) {
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due - now)), timer -> pump());
        }
    }

    private void send(Duration late) {
        Agent agent = agents.get((int) (sent % agents.size()));
        ToolCall call = spec.calls().get((int) (sent % spec.calls().size()));
        sent++;
        pending++;
        tallies.sent(late);
        Instant at = Instant.now();
        long begin = System.nanoTime();
        agent.call(call).onSuccess(answer -> {
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            CallResult result = new CallResult(
                    call, at, took, answer.variant(), answer.version(), answer.failure(), answer.detail());
            tallies.ended(result);
            listener.accept(result);
            pending--;
            endIfIdle();
        });
    }

    private void endIfIdle() {
        if (stopping && pending == 0) {
            idle.complete(null);
        }
    }
}
