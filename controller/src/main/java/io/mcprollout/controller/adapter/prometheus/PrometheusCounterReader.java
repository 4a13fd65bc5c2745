package io.mcprollout.controller.adapter.prometheus;

import io.mcprollout.controller.adapter.prometheus.PromAnswer.Point;
import io.mcprollout.controller.egress.Answer;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.HttpCall;
import io.mcprollout.controller.port.CounterReader;
import io.mcprollout.controller.port.IstioDurations;
import io.mcprollout.controller.port.IstioRequests;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Reads cumulative counters from a Prometheus. The values are as old as its last scrape: a reading speaks of the middle between the oldest
 * and the newest sample in it, give or take half their distance and the skew of clocks.
 */
public final class PrometheusCounterReader implements CounterReader {
    /** Age of the moment that several queries are asked about together: by then a scrape of that moment has been stored. */
    private static final Duration STORED_WITHIN = Duration.ofSeconds(1);

    /** Time that the second of two queries has at least. */
    private static final Duration LEAST = Duration.ofMillis(100);

    private static final String NO_DURATIONS = "it has no " + IstioDurations.METRIC
            + " of these Deployments; if it drops that metric, latency is judged by probes alone";
    private static final String NO_QUERY =
            "queries of one's own tell no latency, which the preset istio does; it is judged by probes alone";

    private final Clock clock;
    private final GuardedClient client;
    private final PrometheusSource source;

    /** A reader of one Prometheus. */
    public PrometheusCounterReader(Clock clock, GuardedClient client, PrometheusSource source) {
        this.clock = clock;
        this.client = client;
        this.source = source;
    }

    @Override
    public CompletionStage<Count> read(MeshOrder order, Duration deadline) {
        return source.custom()
                .map(queries -> custom(queries, order, deadline))
                .orElseGet(() -> istio(order, deadline))
                .toCompletionStage();
    }

    /* The range ends before anything that a reading of now can be about; Prometheus marks what it could not scrape as missing. */
    @Override
    public CompletionStage<Past> past(MeshOrder order, Duration deadline) {
        if (source.custom().isPresent()) {
            return Future.<Past>succeededFuture(new Past.None()).toCompletionStage();
        }
        long until = clock.instant().minus(source.window()).minus(STORED_WITHIN).getEpochSecond();
        long from = until - PastMinutes.MOST * 60L;
        String range = "&start=" + from + "&end=" + until + "&step=60";
        return ask("query_range", PromQuery.past(order.arms().values()), range, deadline)
                .map(answer -> answer instanceof Answer.Received received
                        ? PromAnswer.parseRange(
                                received.head().status(), received.body().getBytes())
                        : new PromAnswer.Refused("it cannot be asked: " + ((Answer.Missing) answer).detail()))
                .map(answer -> switch (answer) {
                    case PromAnswer.Refused refused -> new Past.Unknown(refused.cause());
                    case PromAnswer.Series series -> minutes(series, order, from, until);
                })
                .toCompletionStage();
    }

    private static Past minutes(PromAnswer.Series series, MeshOrder order, long from, long until) {
        Map<Slot, List<Tally>> minutes =
                PastMinutes.of(series.points(), new IstioRequests(order.arms()), Instant.ofEpochSecond(from));
        return minutes.isEmpty()
                ? new Past.Unknown("it remembers no requests of the last hour")
                : new Past.Minutes(Instant.ofEpochSecond(until), minutes);
    }

    private Future<Count> istio(MeshOrder order, Duration deadline) {
        IstioRequests requests = new IstioRequests(order.arms());
        Instant began = clock.instant();
        return ask(PromQuery.istio(order.arms().values(), source.window()), "", deadline)
                .compose(answer -> switch (answer) {
                    case PromAnswer.Refused refused -> Future.succeededFuture(new Count.Failed(refused.cause()));
                    case PromAnswer.Series series -> {
                        Tallies tallies = new Tallies();
                        for (Point point : series.points()) {
                            requests.owner(point.labels())
                                    .ifPresent(owner -> tallies.add(point, owner.slot(), owner.bad()));
                        }
                        yield switch (counted(tallies, order)) {
                            case Count.Counted counted ->
                                latency(counted, tallies.newest(), order, began, deadline)
                                        .map(found -> with(counted, found));
                            case Count.Failed failed -> Future.succeededFuture(failed);
                        };
                    }
                });
    }

    private static Count with(Count.Counted counted, Latency latency) {
        return new Count.Counted(counted.at(), counted.skew(), counted.counters(), counted.unattributed(), latency);
    }

    /*
     * The buckets are asked about the moment of the newest counter: each process' samples are then those of the scrape that its counters
     * are of. Without them in time the counters count all the same.
     */
    private Future<Latency> latency(
            Count.Counted counted, Instant newest, MeshOrder order, Instant began, Duration deadline) {
        IstioRequests requests = new IstioRequests(order.arms());
        Set<String> known =
                counted.counters().keySet().stream().map(Series::instance).collect(Collectors.toSet());
        Duration left = deadline.minus(Duration.between(began, clock.instant()));
        Duration within =
                left.compareTo(LEAST) < 0 ? LEAST : left.multipliedBy(4).dividedBy(5);
        String query = PromQuery.durations(order.arms().values(), source.window());
        return ask(query, time(newest), within).map(answer -> switch (answer) {
            case PromAnswer.Refused refused -> Latency.none("it does not tell latency: " + refused.cause());
            case PromAnswer.Series series -> {
                List<IstioDurations.Bucket> durations = new ArrayList<>();
                for (Point point : series.points()) {
                    String bound = point.labels().getOrDefault(IstioDurations.BOUND, "");
                    String instance = Tallies.instance(point.labels());
                    if (!bound.isEmpty() && known.contains(instance)) {
                        requests.owner(point.labels())
                                .flatMap(IstioRequests.Owner::answering)
                                .ifPresent(slot ->
                                        durations.add(new IstioDurations.Bucket(instance, slot, bound, point.value())));
                    }
                }
                yield new IstioDurations(durations).latency(counted.at(), counted.skew(), NO_DURATIONS);
            }
        });
    }

    private static String time(Instant moment) {
        return "&time=" + moment.toEpochMilli() / 1000 + "."
                + String.format(Locale.ROOT, "%03d", moment.toEpochMilli() % 1000);
    }

    /*
     * All queries are asked about one moment, so that total and failed are of the same samples. A vector does not tell how old its samples
     * are: at most the window, says the administrator.
     */
    private Future<Count> custom(PrometheusSource.Custom queries, MeshOrder order, Duration deadline) {
        Instant moment = clock.instant().minus(STORED_WITHIN);
        String time = time(moment);
        List<Slot> slots = order.arms().keySet().stream().sorted().toList();
        List<Future<PromAnswer>> answers = new ArrayList<>();
        for (Slot slot : slots) {
            MeshArm arm = Objects.requireNonNull(order.arms().get(slot));
            answers.add(ask(PromQuery.custom(queries.failed(), arm), time, deadline));
            answers.add(ask(PromQuery.custom(queries.total(), arm), time, deadline));
        }
        return Future.join(answers).map(all -> {
            Tallies tallies = new Tallies();
            for (int i = 0; i < answers.size(); i++) {
                switch (answers.get(i).result()) {
                    case PromAnswer.Refused refused -> {
                        return new Count.Failed(refused.cause());
                    }
                    case PromAnswer.Series series -> {
                        Slot slot = slots.get(i / 2);
                        boolean failed = i % 2 == 0;
                        series.points().forEach(point -> tallies.addOf(point, slot, failed));
                    }
                }
            }
            return switch (counted(tallies, order)) {
                case Count.Counted counted -> aged(counted);
                case Count.Failed failed -> failed;
            };
        });
    }

    private Count aged(Count.Counted counted) {
        Duration half = source.window().dividedBy(2);
        return new Count.Counted(
                counted.at().minus(half),
                counted.skew().plus(half),
                counted.counters(),
                counted.unattributed(),
                counted.latency());
    }

    private Count counted(Tallies tallies, MeshOrder order) {
        if (tallies.isEmpty()) {
            return new Count.Failed(
                    "it has no sample of the last " + source.window().toSeconds() + " s for "
                            + order.arms().values().stream()
                                    .map(MeshArm::deployment)
                                    .sorted()
                                    .toList()
                            + "; either nothing was ever sent there, or it does not scrape the gateways");
        }
        return tallies.impossible()
                .<Count>map(Count.Failed::new)
                .orElseGet(() -> tallies.counted(source.clockSkew(), Latency.none(NO_QUERY)));
    }

    private Future<PromAnswer> ask(String query, String time, Duration deadline) {
        return ask("query", query, time, deadline).map(answer -> switch (answer) {
            case Answer.Missing missing -> new PromAnswer.Refused("it cannot be asked: " + missing.detail());
            case Answer.Received received ->
                PromAnswer.parse(received.head().status(), received.body().getBytes());
        });
    }

    private Future<Answer> ask(String function, String query, String parameters, Duration deadline) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Content-Type", "application/x-www-form-urlencoded")
                .add("Accept", "application/json");
        source.token().ifPresent(token -> headers.add("Authorization", "Bearer " + token));
        String base = source.url().toString();
        URI url =
                URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/api/v1/" + function);
        String form = "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + parameters + "&timeout="
                + deadline.toMillis() + "ms";
        HttpCall call =
                new HttpCall(HttpMethod.POST, url, Optional.empty(), Optional.empty(), headers, Buffer.buffer(form));
        return client.fetch(call, deadline);
    }
}
