package io.mcprollout.controller.app;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.mcprollout.controller.adapter.polled.PolledMetricSource;
import io.mcprollout.controller.adapter.prometheus.PrometheusCounterReader;
import io.mcprollout.controller.adapter.prometheus.PrometheusSource;
import io.mcprollout.controller.adapter.scrape.GatewayPods.GatewayPod;
import io.mcprollout.controller.adapter.scrape.ScrapeCounterReader;
import io.mcprollout.controller.adapter.scrape.ScrapeSource;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.port.CounterReader;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The mesh sources of the configuration; one that is wrong stops the start and names its property. */
final class MeshSources {
    private final Vertx vertx;
    private final GuardedClient http;
    private final KubernetesClient client;
    private final Clock clock;

    private MeshSources(Vertx vertx, GuardedClient http, KubernetesClient client, Clock clock) {
        this.vertx = vertx;
        this.http = http;
        this.client = client;
        this.clock = clock;
    }

    /** All of them behind one port. */
    static PolledMetricSource of(
            Map<String, ControllerConfig.Source> sources,
            Vertx vertx,
            GuardedClient http,
            KubernetesClient client,
            Clock clock) {
        var readers = new HashMap<String, CounterReader>();
        var factory = new MeshSources(vertx, http, client, clock);
        sources.forEach((name, source) -> {
            try {
                readers.put(name, factory.reader(source));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("mcprollout.sources." + name + ": " + e.getMessage(), e);
            }
        });
        return new PolledMetricSource(vertx, clock, readers);
    }

    private CounterReader reader(ControllerConfig.Source source) {
        if (source.scrape().isPresent() == source.prometheus().isPresent()) {
            throw new IllegalArgumentException("exactly one of scrape and prometheus must be set");
        }
        return source.scrape()
                .map(this::scrape)
                .orElseGet(() -> prometheus(source.prometheus().orElseThrow()));
    }

    private CounterReader scrape(ControllerConfig.Scrape scrape) {
        List<String> addresses = scrape.addresses().orElse(List.of());
        Optional<ScrapeSource.Pods> pods = addresses.isEmpty()
                ? Optional.of(new ScrapeSource.Pods(
                        scrape.namespace().orElse(""),
                        scrape.selector().orElse(""),
                        scrape.port().orElse(ScrapeSource.DEFAULT_PORT)))
                : Optional.empty();
        var source = new ScrapeSource(preset(scrape.preset()), addresses, pods, scrape.path());
        return new ScrapeCounterReader(vertx, clock, http, source, this::ready);
    }

    private static ScrapeSource.Preset preset(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "istio" -> ScrapeSource.Preset.ISTIO;
            case "envoy" -> ScrapeSource.Preset.ENVOY;
            default -> throw new IllegalArgumentException("scrape.preset must be istio or envoy but is " + name);
        };
    }

    private List<GatewayPod> ready(String namespace, String selector) {
        return client.pods().inNamespace(namespace).withLabelSelector(selector).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && Readiness.isPodReady(pod))
                .map(MeshSources::gateway)
                .toList();
    }

    private static GatewayPod gateway(Pod pod) {
        int restarts = pod.getStatus().getContainerStatuses().stream()
                .mapToInt(status -> status.getRestartCount() == null ? 0 : status.getRestartCount())
                .sum();
        return new GatewayPod(
                pod.getMetadata().getName(),
                pod.getStatus().getPodIP(),
                pod.getMetadata().getUid() + "/" + restarts);
    }

    private CounterReader prometheus(ControllerConfig.Prometheus prometheus) {
        boolean custom = switch (prometheus.preset().toLowerCase(Locale.ROOT)) {
            case "istio" -> false;
            case "custom" -> true;
            default ->
                throw new IllegalArgumentException(
                        "prometheus.preset must be istio or custom but is " + prometheus.preset());
        };
        if (custom != prometheus.queries().isPresent()) {
            throw new IllegalArgumentException(
                    "prometheus.queries.total and .failed belong to the preset custom, and it needs both");
        }
        var source = new PrometheusSource(
                prometheus.address(),
                prometheus.queries().map(pair -> new PrometheusSource.Custom(pair.total(), pair.failed())),
                PrometheusSource.DEFAULT_WINDOW,
                PrometheusSource.DEFAULT_CLOCK_SKEW,
                Optional.empty());
        return new PrometheusCounterReader(clock, http, source);
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
        Optional<ScrapeSource.Pods> pods = configured.namespace().isEmpty() && configured.selector().isEmpty()
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
