package io.mcprollout.controller.app;

import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.RolloutKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts in Micrometer; each name has one set of tags. */
final class MicrometerMeters implements Meters {
    private final MeterRegistry registry;
    private final Timer looks;
    private final Timer late;
    private final Map<RolloutKey, AtomicInteger> weights = new ConcurrentHashMap<>();

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
        registry.counter("mcprollout.transitions", tags(rollout).and("from", name(from), "to", name(to)))
                .increment();
    }

    /* "Stepping 2" is a state and a step; as a tag the state is enough. */
    private static String name(String phase) {
        int end = phase.indexOf(' ');
        return end < 0 ? phase : phase.substring(0, end);
    }

    @Override
    public void shifted(RolloutKey rollout, int percent) {
        registry.counter("mcprollout.shifts", tags(rollout)).increment();
        weights.computeIfAbsent(rollout, key -> {
                    AtomicInteger weight = new AtomicInteger();
                    registry.gauge("mcprollout.candidate.weight", tags(key), weight);
                    return weight;
                })
                .set(percent);
    }

    @Override
    public void failed(RolloutKey rollout, String what) {
        registry.counter("mcprollout.failures", tags(rollout).and("what", what)).increment();
    }

    private static Tags tags(RolloutKey rollout) {
        return Tags.of("namespace", rollout.namespace(), "rollout", rollout.name());
    }
}
