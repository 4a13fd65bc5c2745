package io.mcprollout.controller.app;

import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.RolloutKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts in Micrometer; each name has one set of tags. What is counted of one rollout goes with it. */
final class MicrometerMeters implements Meters {
    private final MeterRegistry registry;
    private final Timer looks;
    private final Timer late;
    private final Map<RolloutKey, AtomicInteger> weights = new ConcurrentHashMap<>();
    private final Map<RolloutKey, Set<Meter>> own = new ConcurrentHashMap<>();

    MicrometerMeters(MeterRegistry registry) {
        this.registry = registry;
        this.looks = Timer.builder("mcprollout.look")
                .description("Time to look at a rollout and act on it")
                .register(registry);
        this.late = Timer.builder("mcprollout.look.late")
                .description("How long after it was due a look began")
                .publishPercentiles(.5, .99)
                .register(registry);
    }

    @Override
    public void ticked(Duration took) {
        looks.record(took);
    }

    @Override
    public void late(Duration delay) {
        late.record(delay);
    }

    @Override
    public void moved(RolloutKey rollout, String from, String to) {
        count(rollout, "mcprollout.transitions", Tags.of("from", name(from), "to", name(to)));
    }

    /* "Stepping 2" is a state and a step; as a tag the state is enough. */
    private static String name(String phase) {
        int end = phase.indexOf(' ');
        return end < 0 ? phase : phase.substring(0, end);
    }

    @Override
    public void shifted(RolloutKey rollout, int percent) {
        count(rollout, "mcprollout.shifts", Tags.empty());
        weights.computeIfAbsent(rollout, this::gauge).set(percent);
    }

    @Override
    public void failed(RolloutKey rollout, String what) {
        count(rollout, "mcprollout.failures", Tags.of("what", what));
    }

    @Override
    public void forget(RolloutKey rollout) {
        Set<Meter> gone = own.remove(rollout);
        if (gone != null) {
            gone.forEach(registry::remove);
        }
        weights.remove(rollout);
    }

    private void count(RolloutKey rollout, String name, Tags more) {
        Counter counter = registry.counter(name, tags(rollout).and(more));
        owned(rollout, counter);
        counter.increment();
    }

    private AtomicInteger gauge(RolloutKey rollout) {
        AtomicInteger weight = new AtomicInteger();
        owned(
                rollout,
                Gauge.builder("mcprollout.candidate.weight", weight, AtomicInteger::get)
                        .tags(tags(rollout))
                        .register(registry));
        return weight;
    }

    private void owned(RolloutKey rollout, Meter meter) {
        own.computeIfAbsent(rollout, key -> ConcurrentHashMap.newKeySet()).add(meter);
    }

    private static Tags tags(RolloutKey rollout) {
        return Tags.of("namespace", rollout.namespace(), "rollout", rollout.name());
    }
}
