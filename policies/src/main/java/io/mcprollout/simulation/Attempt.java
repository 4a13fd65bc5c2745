package io.mcprollout.simulation;

import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutPolicy;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.simulation.Result.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One simulated rollout under way. Times in milliseconds from its start. */
final class Attempt {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FASTEST = 100;
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration UNPACED = Duration.ofSeconds(5);
    private static final Observation.Evidence NOTHING =
            new Observation.Evidence(new Verdict.Inconclusive("nothing is being compared"), false);

    private final Plan plan;
    private final long horizon;
    private final Service service;
    private final Weather weather;
    private final Gateway gateway;
    private final ProbeDesk probes;
    private final Cluster cluster;
    private final Exposure exposure;
    private final List<Reading> readings = new ArrayList<>();
    private final List<ProbeRequest> requests = new ArrayList<>();
    private final boolean probing;
    private final boolean scraping;
    private Rollout rollout = Rollout.NEW;
    private @Nullable Watch watch;
    private long pairInterval;
    private long scrapeInterval;
    private long nextScrape;

    Attempt(Plan plan, World world, long seed, Duration horizon, boolean remembers) {
        this.plan = plan;
        this.horizon = horizon.toMillis();
        this.probing = !plan.streams().probes().isEmpty();
        this.scraping = !plan.streams().mesh().isEmpty();
        this.service = new Service(world, seed, horizon);
        this.weather = service.weather();
        this.exposure = new Exposure(service);
        this.gateway = new Gateway(service, world.lagging(), START);
        Sampler random = new Sampler(seed * 3);
        this.nextScrape = random.between(0, plan.numbers().scrapeInterval().toMillis());
        this.probes = new ProbeDesk(weather, world.pace(), gateway, random, START);
        this.cluster = new Cluster(plan, weather);
        if (remembers && scraping) {
            readings.add(Past.of(world, seed, START));
        }
    }

    Result play() {
        begin();
        long now = 0;
        while (now < horizon) {
            String before = rollout.state().phase();
            Decision decision = look(now);
            if (rollout.state() instanceof RolloutState.RollingBack back
                    && back.cause().condemns()) {
                return exposure.ended(Outcome.ROLLED_BACK, now, horizon);
            }
            if (rollout.state() instanceof RolloutState.Draining) {
                return exposure.ended(Outcome.PROMOTED, now, horizon);
            }
            pace(now, decision.pacing());
            boolean moved = !rollout.state().phase().equals(before);
            now = playTo(now, now + (moved ? AT_ONCE : tick()).toMillis());
        }
        return exposure.ended(Outcome.UNDECIDED, horizon, horizon);
    }

    /* The policy takes the Deployments over as they are, then somebody offers a new version. */
    private void begin() {
        decide(0, NOTHING, AT_ONCE);
        cluster.offer();
        Decision begun = decide(0, NOTHING, AT_ONCE);
        if (!(rollout.state() instanceof RolloutState.Preparing preparing)) {
            throw new IllegalStateException("the attempt does not begin: " + begun.rationale());
        }
        watch = new Watch(preparing.run(), START);
        pace(0, begun.pacing());
    }

    private Watch watch() {
        return Objects.requireNonNull(watch);
    }

    private Decision look(long now) {
        Instant at = START.plusMillis(now);
        requests.clear();
        watch().see(probes.drain(now, requests), requests, readings, cluster.isPure(now), cluster.isSettled(now), at);
        readings.clear();
        int step = rollout.state() instanceof RolloutState.Stepping stepping ? stepping.step() : -1;
        return decide(now, watch().answer(plan.weightAfter(step)), tick());
    }

    private Decision decide(long now, Observation.Evidence evidence, Duration interval) {
        Observation seen = cluster.observe(START.plusMillis(now), now, evidence, interval);
        Decision decision = RolloutPolicy.decide(rollout, seen);
        rollout = decision.next();
        if (decision.act() == Decision.Act.HOLD && cluster.hold(decision.traffic())) {
            exposure.shift(now, cluster.percent());
            if (watch != null) {
                watch.weightChanged(START.plusMillis(now));
            }
        }
        return decision;
    }

    private Duration tick() {
        return Duration.ofMillis(Math.max(FASTEST, Math.min(pairInterval, scrapeInterval)));
    }

    private void pace(long now, Decision.Pacing pacing) {
        scrapeInterval = millis(pacing.scrapes());
        long pairs = millis(pacing.pairs());
        if (pairs != pairInterval) {
            pairInterval = pairs;
            probes.pace(now, pairs);
        }
    }

    private static long millis(Optional<Duration> interval) {
        return interval.orElse(UNPACED).toMillis();
    }

    /* Until the next look, or past a gap in which nobody looks. */
    private long playTo(long from, long look) {
        if (from < weather.gapFrom() && look >= weather.gapFrom()) {
            happen(weather.gapFrom());
            probes.crash();
            readings.clear();
            long back = weather.gapTo();
            watch().resume(START.plusMillis(back));
            probes.pace(back, pairInterval);
            nextScrape = back;
            return back;
        }
        happen(Math.min(look, horizon));
        return look;
    }

    private void happen(long until) {
        while (true) {
            long pair = probing ? probes.due() : Weather.NEVER;
            long scrape = scraping ? nextScrape : Weather.NEVER;
            if (Math.min(pair, scrape) > until) {
                return;
            }
            if (pair <= scrape) {
                probes.send(pairInterval);
            } else {
                scrape(scrape);
            }
        }
    }

    private void scrape(long at) {
        exposure.playTo(at);
        probes.countTo(at);
        readings.add(gateway.read(at));
        nextScrape = at + scrapeInterval;
    }
}
