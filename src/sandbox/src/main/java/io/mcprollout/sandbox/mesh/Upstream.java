package io.mcprollout.sandbox.mesh;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What every exchange of one gateway shares: event loop, client towards the pods, counters, settings and whose turn it is per cluster. */
record Upstream(
        Vertx vertx, HttpClient client, GatewayStats stats, MeshSettings settings, Map<String, AtomicInteger> turns) {

    Upstream(Vertx vertx, HttpClient client, GatewayStats stats, MeshSettings settings) {
        this(vertx, client, stats, settings, new ConcurrentHashMap<>());
    }

    int turn(String cluster) {
        return turns.computeIfAbsent(cluster, name -> new AtomicInteger()).getAndIncrement();
    }
}
