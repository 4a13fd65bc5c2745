package io.mcprollout.policy.rollout;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The world at one instant.
 *
 * @param now the instant; never before the last one decided on
 * @param mode what the user lets the controller do
 * @param deleting whether the McpRollout is being deleted
 * @param desired what the spec asks for
 * @param commands every command on the resource, old ones too
 * @param slots both Deployments
 * @param routes every managed route; empty when they were not looked at because nothing is rolled out
 * @param evidence what the comparison says
 * @param probes what the probes say beside the comparison
 * @param interval expected until the next observation
 * @param paths ways past the managed routes; empty when they were not looked for
 * @param quiet since when no user has asked anything of a slot, as every mesh source counted; absent: not known
 */
public record Observation(
        Instant now,
        Mode mode,
        boolean deleting,
        Desired desired,
        List<Command> commands,
        Map<Slot, SlotView> slots,
        List<RouteView> routes,
        Evidence evidence,
        Probes probes,
        Duration interval,
        Optional<Paths> paths,
        Map<Slot, Instant> quiet) {
    /** A world in which ways past the routes were not looked for. */
    public Observation(
            Instant now,
            Mode mode,
            boolean deleting,
            Desired desired,
            List<Command> commands,
            Map<Slot, SlotView> slots,
            List<RouteView> routes,
            Evidence evidence,
            Probes probes,
            Duration interval) {
        this(
                now,
                mode,
                deleting,
                desired,
                commands,
                slots,
                routes,
                evidence,
                probes,
                interval,
                Optional.empty(),
                Map.of());
    }

    public Observation {
        commands = List.copyOf(commands);
        slots = Map.copyOf(slots);
        routes = List.copyOf(routes);
        quiet = Map.copyOf(quiet);
    }

    /** The same world under another mode. */
    Observation in(Mode other) {
        return new Observation(
                now, other, deleting, desired, commands, slots, routes, evidence, probes, interval, paths, quiet);
    }

    /** Since when no user has asked anything of a slot; empty when that is not known. */
    Optional<Instant> quietSince(Slot slot) {
        return Optional.ofNullable(quiet.get(slot));
    }

    /** Both Deployments are always looked at, whether they exist or not. */
    public SlotView slot(Slot slot) {
        SlotView view = slots.get(slot);
        if (view == null) {
            throw new IllegalStateException("slot " + slot + " was not looked at");
        }
        return view;
    }

    /**
     * What the comparison of the two versions says.
     *
     * @param verdict whether the next share is safe
     * @param burst whether probes should come as fast as they may
     */
    public record Evidence(Verdict verdict, boolean burst) {}

    /**
     * What the probes say beside the comparison.
     *
     * @param stableOkInRow pairs in a row in which the stable slot was well, in this attempt
     * @param sessionsMinted whether a server of this attempt hands out session ids
     * @param drift difference in protocol between the versions, as a sentence; empty when there is none
     * @param pins the test whether sessions stay with their version, of the present share; empty when it is not done yet
     * @param echoes names of the plans that gateways follow, by the last answer of each probe; none when they do not say
     * @param chosen how often weights chose each slot for a new session of the prober since they were changed last, where that can be told
     */
    public record Probes(
            int stableOkInRow,
            boolean sessionsMinted,
            String drift,
            Optional<PinTest> pins,
            Set<String> echoes,
            Map<Slot, Integer> chosen) {
        public Probes {
            echoes = Set.copyOf(echoes);
            chosen = Map.copyOf(chosen);
        }

        /** Nothing was probed. */
        public static final Probes NONE = new Probes(0, false, "");

        /** Without a test of sessions. */
        public Probes(int stableOkInRow, boolean sessionsMinted, String drift) {
            this(stableOkInRow, sessionsMinted, drift, Optional.empty(), Set.of(), Map.of());
        }

        /** With this test of sessions. */
        public Probes(int stableOkInRow, boolean sessionsMinted, String drift, Optional<PinTest> pins) {
            this(stableOkInRow, sessionsMinted, drift, pins, Set.of(), Map.of());
        }

        /** With what the prober says of sessions and gateways now. */
        public Probes with(Optional<PinTest> test, Set<String> heard, Map<Slot, Integer> weighed) {
            return new Probes(stableOkInRow, sessionsMinted, drift, test, heard, weighed);
        }
    }
}
