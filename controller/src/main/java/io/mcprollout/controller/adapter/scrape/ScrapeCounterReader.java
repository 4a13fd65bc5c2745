package io.mcprollout.controller.adapter.scrape;

import io.mcprollout.controller.adapter.scrape.Preset.Page;
import io.mcprollout.controller.egress.Answer;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.HttpCall;
import io.mcprollout.controller.port.CounterReader;
import io.mcprollout.controller.port.IstioDurations;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads counters from the metrics endpoints of all gateways of a source. A reading is whole or none: with a gateway missing, requests that
 * went through it would be missing too.
 */
public final class ScrapeCounterReader implements CounterReader {
    /** Between the end of an answer and its being counted; Envoy counts when it has let go of a stream. */
    private static final Duration COUNTED_WITHIN = Duration.ofMillis(25);

    private final Vertx vertx;
    private final Clock clock;
    private final GuardedClient client;
    private final ScrapeSource source;
    private final GatewayPods pods;
    private final Incarnations incarnations = new Incarnations();

    /**
     * A reader of one source.
     *
     * @param client must allow bodies of some MiB: a gateway that cannot filter shows everything it has
     */
    public ScrapeCounterReader(Vertx vertx, Clock clock, GuardedClient client, ScrapeSource source, GatewayPods pods) {
        this.vertx = vertx;
        this.clock = clock;
        this.client = client;
        this.source = source;
        this.pods = pods;
    }

    /** A gateway to ask; the incarnation is empty when only the uptime tells. */
    private record Gateway(String name, String address, Optional<String> incarnation) {}

    /** What one gateway said: a page of a process, or why not. */
    private record Said(String instance, Page page) {}

    @Override
    public CompletionStage<Count> read(MeshOrder order, Duration deadline) {
        Preset preset = Preset.of(source.preset(), order);
        return gateways()
                .compose(found -> read(found, preset, deadline))
                .otherwise(failure -> new Count.Failed("the gateways cannot be listed: " + failure.getMessage()))
                .toCompletionStage();
    }

    private Future<List<Gateway>> gateways() {
        if (source.pods().isEmpty()) {
            return Future.succeededFuture(source.addresses().stream()
                    .map(address -> new Gateway(address, address, Optional.empty()))
                    .toList());
        }
        ScrapeSource.Pods wanted = source.pods().get();
        return vertx.executeBlocking(
                        () -> pods.ready(wanted.namespace(), wanted.selector()).stream()
                                .map(pod -> new Gateway(
                                        pod.name(),
                                        bracketed(pod.address()) + ":" + wanted.port(),
                                        Optional.of(pod.incarnation())))
                                .toList(),
                        false)
                .map(Objects::requireNonNull);
    }

    private static String bracketed(String address) {
        return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    }

    private Future<Count> read(List<Gateway> gateways, Preset preset, Duration deadline) {
        if (gateways.isEmpty()) {
            ScrapeSource.Pods wanted = source.pods().orElseThrow();
            return Future.succeededFuture(new Count.Failed("no ready pod in namespace " + wanted.namespace()
                    + " matches " + wanted.selector() + "; correct the source's namespace or selector"));
        }
        Instant from = clock.instant();
        List<Future<Said>> answers =
                gateways.stream().map(gateway -> ask(gateway, preset, deadline)).toList();
        return Future.join(answers)
                .map(all -> count(answers.stream().map(Future::result).toList(), preset, from));
    }

    private Future<Said> ask(Gateway gateway, Preset preset, Duration deadline) {
        HttpCall call = HttpCall.get(ScrapeSource.uri(gateway.address(), source.path(), preset.query()));
        return client.fetch(call, deadline).compose(answer -> {
            Instant now = clock.instant();
            return switch (answer) {
                case Answer.Missing missing -> said(gateway, new Page.Lacking(missing.detail()));
                case Answer.Received received
                when received.head().status() != 200 ->
                    said(
                            gateway,
                            new Page.Lacking(
                                    "it answers with status " + received.head().status()));
                case Answer.Received received ->
                    vertx.executeBlocking(
                            () -> parsed(gateway, preset, received.body().toString(StandardCharsets.UTF_8), now),
                            false);
            };
        });
    }

    private static Future<Said> said(Gateway gateway, Page page) {
        return Future.succeededFuture(new Said(gateway.name(), page));
    }

    private Said parsed(Gateway gateway, Preset preset, String text, Instant now) {
        try {
            List<Sample> samples = Exposition.parse(text, preset.wanted());
            return new Said(instance(gateway, samples, now), preset.read(samples));
        } catch (MalformedExpositionException e) {
            return new Said(gateway.name(), new Page.Lacking(e.sentence()));
        }
    }

    private String instance(Gateway gateway, List<Sample> samples, Instant now) {
        if (gateway.incarnation().isPresent()) {
            return gateway.name() + "@" + gateway.incarnation().get();
        }
        return samples.stream()
                .filter(sample -> sample.name().equals(Preset.UPTIME) && sample.isCount())
                .findFirst()
                .map(uptime -> incarnations.instance(gateway.address(), uptime.count(), now))
                .orElse(gateway.address());
    }

    private Count count(List<Said> all, Preset preset, Instant from) {
        Map<Series, Long> counters = new HashMap<>();
        Map<String, Long> unattributed = new HashMap<>();
        Map<Slot, Long> active = new EnumMap<>(Slot.class);
        List<IstioDurations.Bucket> durations = new ArrayList<>();
        for (Said said : all) {
            switch (said.page()) {
                case Page.Lacking lacking -> {
                    return new Count.Failed("gateway " + said.instance() + ": " + lacking.cause());
                }
                case Page.Counts counts -> {
                    for (Slot slot : Slot.values()) {
                        counters.put(
                                new Series(said.instance(), slot, false),
                                counts.good().getOrDefault(slot, 0L));
                        counters.put(
                                new Series(said.instance(), slot, true),
                                counts.bad().getOrDefault(slot, 0L));
                    }
                    unattributed.put(said.instance(), counts.unattributed());
                    counts.active().forEach((slot, under) -> active.merge(slot, under, Long::sum));
                    counts.durations()
                            .forEach(bucket -> durations.add(new IstioDurations.Bucket(
                                    said.instance(), bucket.slot(), bucket.bound(), bucket.count())));
                }
            }
        }
        Duration half = Duration.between(from, clock.instant()).dividedBy(2);
        Instant at = from.plus(half);
        Duration skew = half.plus(COUNTED_WITHIN);
        return new Count.Counted(
                at,
                skew,
                counters,
                unattributed,
                new IstioDurations(durations).latency(at, skew, preset.lackingDurations()),
                active);
    }
}
