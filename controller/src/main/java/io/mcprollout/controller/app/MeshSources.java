package io.mcprollout.controller.app;

import io.mcprollout.controller.adapter.kube.PodFinder;
import io.mcprollout.controller.adapter.polled.PolledMetricSource;
import io.mcprollout.controller.adapter.prometheus.PrometheusCounterReader;
import io.mcprollout.controller.adapter.prometheus.PrometheusSource;
import io.mcprollout.controller.adapter.scrape.GatewayPods;
import io.mcprollout.controller.adapter.scrape.ScrapeCounterReader;
import io.mcprollout.controller.adapter.scrape.ScrapeSource;
import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.port.CounterReader;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The mesh sources of the configuration. Their addresses are the administrator's, so no rule for addresses applies. */
final class MeshSources implements AutoCloseable {
    private static final EgressRules ANYWHERE = new EgressRules(true, true, true);
    /* A busy gateway that cannot filter shows some ten thousand series. */
    private static final Limits LARGE = new Limits(Limits.DEFAULT.headerBytes(), 16 * 1024 * 1024);

    private final Vertx vertx;
    private final Clock clock;
    private final GuardedClient http;
    private final GatewayPods pods;
    private final PolledMetricSource source;

    /** Throws {@link IllegalArgumentException} that names the entry and the fix. */
    MeshSources(Map<String, ControllerConfig.Source> sources, Vertx vertx, PodFinder finder, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
        this.http = new GuardedClient(vertx, NameResolver.of(vertx), ANYWHERE, LARGE);
        this.pods = (namespace, selector) -> finder.ready(namespace, selector).stream()
                .map(pod -> new GatewayPods.GatewayPod(pod.name(), pod.address(), pod.incarnation()))
                .toList();
        Map<String, CounterReader> readers = new HashMap<>();
        sources.forEach((name, configured) -> readers.put(name, reader(name, configured)));
        this.source = new PolledMetricSource(vertx, clock, readers);
    }

    /** All of them behind one port. */
    PolledMetricSource source() {
        return source;
    }

    private CounterReader reader(String name, ControllerConfig.Source configured) {
        if (configured.prometheus().isPresent() == configured.scrape().isPresent()) {
            throw new IllegalArgumentException(
                    "mcprollout.sources." + name + " must have exactly one of prometheus and scrape; keep one of them");
        }
        try {
            return configured
                    .prometheus()
                    .<CounterReader>map(prometheus -> new PrometheusCounterReader(clock, http, prometheus(prometheus)))
                    .orElseGet(() -> new ScrapeCounterReader(
                            vertx, clock, http, scrape(configured.scrape().orElseThrow()), pods));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("mcprollout.sources." + name + ": " + e.getMessage(), e);
        }
    }

    private static PrometheusSource prometheus(ControllerConfig.Prometheus configured) {
        return new PrometheusSource(
                configured.address(),
                configured.queries().map(pair -> new PrometheusSource.Custom(pair.total(), pair.failed())),
                configured.window(),
                configured.clockSkew(),
                configured.token());
    }

    private static ScrapeSource scrape(ControllerConfig.Scrape configured) {
        ScrapeSource.Preset preset = switch (configured.preset().toLowerCase(Locale.ROOT)) {
            case "istio" -> ScrapeSource.Preset.ISTIO;
            case "envoy" -> ScrapeSource.Preset.ENVOY;
            default ->
                throw new IllegalArgumentException(
                        "scrape.preset must be istio or envoy but is " + configured.preset());
        };
        Optional<ScrapeSource.Pods> pods = configured.namespace().isEmpty()
                        && configured.selector().isEmpty()
                ? Optional.empty()
                : Optional.of(new ScrapeSource.Pods(
                        configured.namespace().orElse(""), configured.selector().orElse(""), configured.port()));
        return new ScrapeSource(preset, configured.addresses().orElse(List.of()), pods, configured.path());
    }

    @Override
    public void close() {
        source.close();
        http.close();
    }
}
