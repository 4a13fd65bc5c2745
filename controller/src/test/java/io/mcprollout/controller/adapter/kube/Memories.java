package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.port.RolloutStore.Memory;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.rollout.Cause;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.Contest;
import io.mcprollout.policy.rollout.Drain;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.rollout.SlotMemory;
import io.mcprollout.policy.rollout.StepClock;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What may be remembered of a rollout, one for each state. */
final class Memories {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
    static final Setup SETUP = ((Wish.Accepted) new SpecParser(Set.of("ingress"), Set.of(), probes -> List.of())
                    .parse(
                            "shop",
                            Yaml.spec(Yaml.SPEC.replace(
                                    "mcp}}]",
                                    "mcp, tools: {call: [{name: t, expect: [{matches: x}, {pointer: /a, equals: [1]}]}]}}}]\n"
                                            + "  mesh: [{name: mesh, source: ingress}]")),
                            name -> Optional.empty()))
            .setup();
    static final Run RUN = new Run(
            SETUP.plan(),
            new Cohort(new Revision("1-old"), new Revision("1-new")),
            3,
            1,
            new PinId(Slot.A, 2),
            new PinId(Slot.B, 7),
            NOW,
            3);
    private static final StepClock CLOCK = new StepClock(NOW, Duration.ofMillis(2500), Duration.ZERO, 9);
    static final Live PREPARING = new RolloutState.Preparing(RUN, CLOCK, Instant.EPOCH);

    private Memories() {}

    static Stream<RolloutState> states() {
        return Stream.of(
                RolloutState.Initializing.BLANK,
                new RolloutState.Initializing(Optional.of(Slot.B)),
                new RolloutState.Idle(),
                new RolloutState.RolledBack(new Revision("1-new"), Cause.CanaryWorse, "it fails", NOW),
                new RolloutState.Promoted(RUN, NOW),
                PREPARING,
                new RolloutState.Stepping(RUN, 1, CLOCK, true, NOW),
                new RolloutState.Blocked(RUN, Cause.CanaryDisrupted, "no image", CLOCK),
                new RolloutState.AwaitingApproval(RUN, 0, CLOCK, NOW, NOW),
                new RolloutState.Restoring(RUN, Optional.of(new Revision("1-new")), CLOCK, true),
                new RolloutState.AwaitingGit(RUN, "", NOW, NOW),
                new RolloutState.Draining(RUN, CLOCK, NOW),
                new RolloutState.Returning(RUN, true, CLOCK, false),
                new RolloutState.RollingBack(RUN, Cause.Aborted, "somebody said so", NOW));
    }

    static Memory of(RolloutState state) {
        boolean underWay = state instanceof Live
                || state instanceof RolloutState.RollingBack
                || state instanceof RolloutState.Promoted;
        return new Memory(rollout(state), underWay ? Optional.of(SETUP) : Optional.empty(), underWay ? "1 abc" : "");
    }

    static Rollout rollout(RolloutState state) {
        return new Rollout(
                Slot.A,
                Map.of(
                        Slot.A,
                                new SlotMemory(
                                        Optional.of(new Revision("1-old")),
                                        2,
                                        Optional.empty(),
                                        "stable",
                                        Optional.of(new Revision("1-hot")),
                                        Set.of("5d8f7c"),
                                        true),
                        Slot.B,
                                new SlotMemory(
                                        Optional.empty(),
                                        7,
                                        Optional.of(new SlotMemory.Scaled(1, Optional.of(NOW))),
                                        "canary",
                                        Optional.empty(),
                                        Set.of("6b9", "7f4"),
                                        false)),
                3,
                List.of(new Revision("1-bad")),
                List.of(
                        Command.of(Command.Kind.Retry, "1-new", 2).by("kubectl"),
                        Command.parse(Command.Kind.Approve, "1-new#2/3")),
                Map.of(new Revision("1-new"), 2),
                new Contest(1, NOW),
                Optional.of(new Drain(
                        new Pin(new PinId(Slot.B, 7), Set.of("7f4"), true),
                        Optional.of(new Revision("1-new")),
                        false,
                        NOW,
                        Duration.ofMinutes(5),
                        NOW.plusSeconds(3600))),
                state);
    }
}
