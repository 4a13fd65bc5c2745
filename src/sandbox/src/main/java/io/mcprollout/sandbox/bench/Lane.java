package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.agent.AgentLoad;
import io.mcprollout.sandbox.agent.CallResult;
import io.mcprollout.sandbox.agent.LoadSpec;
import io.mcprollout.sandbox.agent.ToolCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rollout under load, from the release of the new version to the moment after which no request reaches it. */
final class Lane implements AutoCloseable {
    /* One call in a hundred opens a session, so that nearly all requests are calls. */
    private static final int CALLS_PER_SESSION = 100;
    private static final String IMAGE_PATCH =
            "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\","
                    + "\"value\":\"sandbox/mcp-server:1.1\"}]";

    private final String name;
    private final Cluster cluster;
    private final Setting setting;
    private final AgentLoad load;
    private final Runnable watching;
    private int weight;
    private @Nullable Instant struck;
    private @Nullable Instant back;
    private @Nullable Instant lastAnswer;
    private int failed;

    /** What one lane has shown. */
    record Result(double seconds, int failedRequests, double lateMs, String message) {}

    Lane(String name, Cluster cluster, Setting setting) {
        this.name = name;
        this.cluster = cluster;
        this.setting = setting;
        this.watching = cluster.bed().kube().watch("virtualservices.networking.istio.io", change -> {
            var object = change.after().object();
            if (object.at("/metadata/namespace").asText().equals(name)) {
                route(Cluster.weight(object));
            }
        });
        LoadSpec spec = LoadSpec.of(
                        cluster.bed().gateway("/mcp"),
                        setting.requestsPerSecond(),
                        List.of(ToolCall.of("search", Map.of("query", "ping"))))
                .withAuthority(name + ".example.com")
                .withSessions(4, CALLS_PER_SESSION);
        this.load = AgentLoad.start(cluster.bed().vertx(), spec, this::call);
    }

    /** Releases the new version. */
    void release() {
        cluster.bed().kube().jsonPatch("deployments.apps", name, "canary", IMAGE_PATCH);
    }

    /** Makes the new version bad. */
    synchronized void strike() {
        struck = Instant.now();
        cluster.bed().player().faults(name, "canary", setting.faults());
    }

    synchronized boolean isAtTen() {
        return weight == 10;
    }

    synchronized boolean isBack() {
        return back != null;
    }

    /** The result; empty seconds (NaN) when the new version still has traffic. */
    synchronized Result result() {
        double seconds = Double.NaN;
        if (struck != null && back != null) {
            Instant end = lastAnswer != null && lastAnswer.isAfter(back) ? lastAnswer : back;
            seconds = Duration.between(struck, end).toMillis() / 1000.0;
        }
        return new Result(seconds, failed, load.counts().latenessP99Ms(), cluster.message(name));
    }

    private synchronized void route(int candidate) {
        weight = candidate;
        if (struck != null && back == null && candidate == 0) {
            back = Instant.now();
        }
    }

    private synchronized void call(CallResult result) {
        if (result.answeredBy().equals("canary") && struck != null) {
            lastAnswer = lastAnswer == null || result.at().isAfter(lastAnswer) ? result.at() : lastAnswer;
            failed += result.ok() ? 0 : 1;
        }
    }

    @Override
    public void close() {
        watching.run();
        load.close();
    }
}
