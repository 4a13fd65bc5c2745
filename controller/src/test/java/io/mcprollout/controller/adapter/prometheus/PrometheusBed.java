package io.mcprollout.controller.adapter.prometheus;

import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A Prometheus behind a real socket, and what it answers. */
abstract class PrometheusBed {
    static final String HOST = "mcp-server.mcp-services.svc.cluster.local";
    static final Instant NOW = Instant.ofEpochMilli(1_700_000_100_250L);
    static final MeshOrder ORDER = new MeshOrder(
            "mesh",
            "prometheus",
            Map.of(
                    Slot.A, new MeshArm("mcp-services", "mcp-server-stable", HOST, "stable"),
                    Slot.B, new MeshArm("mcp-services", "mcp-server-canary", HOST, "canary")),
            Duration.ofSeconds(5));

    final Vertx vertx = Vertx.vertx();
    final GuardedClient client = new GuardedClient(
            vertx,
            host -> Future.succeededFuture(InetAddress.getLoopbackAddress()),
            EgressRules.DEFAULT,
            Limits.DEFAULT);
    final List<HttpServerRequest> asked = new ArrayList<>();
    int status = 200;

    @AfterEach
    void stop() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    static PrometheusSource istio() {
        return source(Optional.empty());
    }

    static PrometheusSource source(Optional<PrometheusSource.Custom> custom) {
        return source(URI.create("http://prometheus.test"), custom);
    }

    static PrometheusSource source(URI url, Optional<PrometheusSource.Custom> custom) {
        return new PrometheusSource(
                url,
                custom,
                PrometheusSource.DEFAULT_WINDOW,
                PrometheusSource.DEFAULT_CLOCK_SKEW,
                Optional.of("s3cret"));
    }

    PrometheusCounterReader reader(PrometheusSource source) {
        return new PrometheusCounterReader(Clock.fixed(NOW, ZoneOffset.UTC), client, source);
    }

    Count read(PrometheusSource source, Function<String, String> answers) {
        return ask(source, answers, reader -> reader.read(ORDER, Duration.ofSeconds(2)));
    }

    <T> T ask(
            PrometheusSource source,
            Function<String, String> answers,
            Function<PrometheusCounterReader, CompletionStage<T>> question) {
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.setExpectMultipart(true).endHandler(end -> {
                    synchronized (asked) {
                        asked.add(request);
                    }
                    request.response()
                            .setStatusCode(status)
                            .end(answers.apply(Objects.requireNonNull(request.getFormAttribute("query"))));
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        PrometheusSource there = new PrometheusSource(
                URI.create("http://127.0.0.1:" + port + "/"),
                source.custom(),
                source.window(),
                source.clockSkew(),
                source.token());
        return question.apply(reader(there)).toCompletableFuture().join();
    }

    static String at(long from, @Nullable String... values) {
        List<String> samples = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                samples.add("[" + (from + 60L * i) + ",\"" + values[i] + "\"]");
            }
        }
        return String.join(",", samples);
    }

    static String series(String workload, String code, String pod, String values) {
        return "{\"metric\":{\"__name__\":\"istio_requests_total\",\"reporter\":\"source\",\"destination_workload\":\""
                + workload
                + "\",\"destination_service\":\"" + HOST + "\",\"response_code\":\"" + code
                + "\",\"instance\":\"10.0.0.1:15090\",\"pod\":\"" + pod + "\"},\"values\":[" + values + "]}";
    }

    static String matrix(String... series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" + String.join(",", series)
                + "]}}";
    }
}
