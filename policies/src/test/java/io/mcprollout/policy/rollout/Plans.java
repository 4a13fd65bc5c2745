package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes plans that differ from the usual one (10, 25, 50, 100; each at least 30 s) in what a test sets. */
final class Plans {
    int[] weights = {10, 25, 50, 100};
    Duration hold = Duration.ofSeconds(20);
    Duration preflight = Duration.ofSeconds(30);
    Duration minimumDwell = Duration.ofSeconds(30);
    Duration deadline = Duration.ofMinutes(15);
    Duration noDataDeadline = Duration.ofMinutes(5);
    Duration pairInterval = Duration.ofSeconds(5);
    DeadlineAction onInconclusive = DeadlineAction.Hold;
    Promotion promotion = Promotion.Replace;
    SessionPlan sessions = SessionPlan.USUAL;
    Capacity capacity = Capacity.USUAL;
    /** Share that a person has to approve; 0: none. */
    int approvedWeight;

    List<Step> steps() {
        return IntStream.of(weights)
                .mapToObj(weight -> new Step(new Weight(weight), hold, approval(weight)))
                .toList();
    }

    private Optional<Duration> approval(int weight) {
        return weight == approvedWeight ? Optional.of(Duration.ofHours(1)) : Optional.empty();
    }

    Plan plan() {
        Numbers numbers = new Numbers(
                0.01,
                0.05,
                0.005,
                0.02,
                minimumDwell,
                deadline,
                Duration.ofSeconds(6),
                Duration.ofSeconds(7),
                pairInterval,
                onInconclusive,
                noDataDeadline,
                Duration.ofSeconds(30),
                0.5);
        Streams streams = new Streams(List.of(new Streams.Probe("outside", Duration.ofSeconds(5))), List.of());
        return new Plan(steps(), preflight, numbers, streams, promotion, Duration.ofHours(24), sessions, capacity);
    }

    Desired accepted() {
        return new Desired.Accepted(plan());
    }
}
