package io.mcprollout.policy.rollout;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sessions keep the version that minted them: which are kept while an attempt is under way, and which outlive it for a while. */
final class Keeping {
    private static final String MISSING = "SessionPinningMissing";
    private static final String LOST = "SessionsLost";
    private static final String UNTESTED = "SessionsUntested";

    private Keeping() {}

    /** The traffic of a live state, with the sessions that it keeps. */
    static TrafficPlan plan(Rollout rollout, Live live) {
        return live.traffic().keeping(sessions(rollout, live));
    }

    private static Sessions sessions(Rollout rollout, Live live) {
        SessionPlan plan = live.run().plan().sessions();
        boolean over = live instanceof Returning returning && returning.moved();
        if (over || live instanceof Blocked || !plan.keeps()) {
            return left(rollout, plan.byGateway());
        }
        Map<Slot, Pin> pins = new EnumMap<>(Slot.class);
        for (PinId incarnation : Set.of(live.run().stablePin(), live.run().candidatePin())) {
            Pin pin = pin(rollout, incarnation);
            if (!pin.tags().isEmpty() || plan.byGateway()) {
                pins.put(pin.slot(), pin);
            }
        }
        return pins.isEmpty()
                ? Sessions.NONE
                : new Sessions(pins, Optional.of(live.run().stable()));
    }

    /** What is still kept when no version is compared any more; a whole route always says which incarnation is stable. */
    static Sessions left(Rollout rollout, boolean whole) {
        Map<Slot, Pin> pins = new EnumMap<>(Slot.class);
        Slot stable = rollout.stable();
        Pin ofStable = pin(rollout, new PinId(stable, rollout.memory(stable).incarnation()));
        // whoever adopts sessions without a tag must not get those of stable
        Optional<Drain> adopter = rollout.drain()
                .filter(Drain::adopts)
                .filter(drain -> whole || !ofStable.tags().isEmpty());
        if (whole || adopter.isPresent()) {
            pins.put(stable, ofStable);
        }
        rollout.drain().ifPresent(drain -> pins.put(drain.pin().slot(), drain.pin()));
        Optional<Slot> adoption = adopter.map(drain -> drain.pin().slot())
                .or(() -> Optional.of(stable).filter(slot -> whole));
        return new Sessions(pins, adoption);
    }

    /** Remembers by what the sessions of both slots are known: going back must not have to ask for it. */
    static Rollout noting(Rollout rollout, Observation seen) {
        Rollout next = rollout;
        boolean matters = rollout.run().isPresent() || rollout.drain().isPresent();
        for (Slot slot : matters ? Slot.values() : new Slot[0]) {
            Set<String> tags = seen.slot(slot).tags();
            SlotMemory memory = next.memory(slot);
            SlotMemory known = tags.isEmpty() ? memory : memory.tagged(tags);
            SlotMemory now = seen.probes().sessionsMinted() ? known.minted(true) : known;
            next = now.equals(memory) ? next : next.withSlot(slot, now);
        }
        return next;
    }

    /** New sessions return from the candidate: those that it has stay, until they are over. */
    static Rollout leavingCandidate(Turn turn, Run run) {
        return left(turn, run, run.candidatePin(), run.revision(), false, false);
    }

    /** The same because it goes back: its sessions are ended if the user wants that, or if nobody is there to serve them. */
    static Rollout goingBack(Turn turn, Run run) {
        boolean served = turn.seen().slot(run.candidatePin().slot()).ready() > 0;
        boolean ended = run.plan().sessions().endedOnRollback() || !served;
        return left(turn, run, run.candidatePin(), run.revision(), false, ended);
    }

    /** New sessions have left stable for good: those that it has stay until they are over. */
    static Rollout leavingStable(Turn turn, Run run) {
        return left(turn, run, run.stablePin(), run.cohort().stable(), true, false);
    }

    private static Rollout left(
            Turn turn, Run run, PinId incarnation, Revision revision, boolean adopts, boolean ended) {
        SessionPlan plan = run.plan().sessions();
        Pin pin = pin(turn.rollout(), incarnation);
        boolean known = !pin.tags().isEmpty() || plan.byGateway();
        if (!plan.keeps() || !known || !isMinting(turn)) {
            return turn.rollout().undrained();
        }
        return turn.rollout().with(Drain.of(ended ? pin.end() : pin, Optional.of(revision), adopts, plan, turn.now()));
    }

    /**
     * The candidate's slot in a new attempt: another incarnation, unless its pods still serve sessions of the same one. Those are waited for
     * again if the attempt ends before it had users.
     */
    static Rollout begin(Rollout rollout, Revision offered) {
        Slot slot = rollout.candidate();
        Optional<Drain> same = rollout.drain()
                .filter(drain -> drain.revision().equals(Optional.of(offered))
                        && !drain.pin().ended()
                        && drain.pin().slot() == slot);
        int incarnation =
                same.map(drain -> drain.pin().incarnation().incarnation()).orElse(rollout.attempt());
        Rollout next = rollout.withSlot(
                slot, rollout.memory(slot).busy().minted(same.isPresent()).incarnation(incarnation));
        return same.isPresent() ? next : next.undrained();
    }

    /** Whether a version of this attempt mints sessions, as far as it was seen. */
    private static boolean isMinting(Turn turn) {
        return turn.seen().probes().sessionsMinted()
                || turn.rollout().memory(turn.rollout().candidate()).minted();
    }

    /** Whoever was still waited for on a slot is cut now, because its pods are replaced; it is told. */
    static Turn interrupted(Turn turn) {
        return turn.rollout()
                .drain()
                .map(drain -> turn.with(turn.rollout().undrained())
                        .telling(
                                true,
                                "DrainInterrupted",
                                turn.seen().slot(drain.pin().slot()).deployment()
                                        + " got another template while sessions of "
                                        + drain.pin().incarnation() + " were still waited for until " + drain.until()
                                        + ": they end with its pods"))
                .orElse(turn);
    }

    private static Pin pin(Rollout rollout, PinId incarnation) {
        return new Pin(incarnation, rollout.memory(incarnation.slot()).tags(), false);
    }

    /** Ends the drain when its sessions are over, and tells. */
    static Turn drained(Turn turn) {
        Optional<Drain> now = turn.rollout().drain();
        if (now.isEmpty()) {
            return turn;
        }
        Drain drain = now.get();
        SlotView slot = turn.seen().slot(drain.pin().slot());
        if (slot.revision().isPresent() && !slot.revision().equals(drain.revision())) {
            return interrupted(turn);
        }
        Turn over = turn.with(turn.rollout().undrained());
        if (drain.isQuiet(turn.seen())) {
            return over.telling(
                    false,
                    "Drained",
                    "No session is left on " + slot.deployment() + " ("
                            + drain.pin().incarnation() + ")");
        }
        if (drain.isLate(turn.now())) {
            return over.telling(
                    true,
                    "DrainDeadline",
                    "sessions.drain.deadline has passed: what is left of the sessions on " + slot.deployment() + " ("
                            + drain.pin().incarnation() + ") is cut");
        }
        return slot.ready() < 1 && !drain.pin().ended()
                ? turn.with(turn.rollout().with(drain.end()))
                        .telling(
                                true,
                                "SessionsEnded",
                                "no pod of " + slot.deployment()
                                        + " is ready: its sessions are answered 404, upon which clients begin new ones")
                : turn;
    }

    /** The sentence of a rest, with the sessions that are waited for. */
    static String told(Turn turn, String message) {
        return turn.rollout()
                .drain()
                .map(drain -> message + "; sessions of " + drain.pin().incarnation() + " "
                        + (drain.pin().ended()
                                ? "are answered 404"
                                : "stay on "
                                        + turn.seen().slot(drain.pin().slot()).deployment())
                        + " until nothing is asked of it for " + Advance.words(drain.quiet()) + ", at most until "
                        + drain.until())
                .orElse(message);
    }

    /** The question before every share: does a session stay where it was minted. Whatever the answer, it is no fault of the candidate's code. */
    static Check check(Turn turn, Live live) {
        SessionPlan plan = live.run().plan().sessions();
        Observation.Probes probes = turn.seen().probes();
        if (!plan.keeps() || !isMinting(turn)) {
            return new Check("SessionPinning", new Verdict.Pass(), false);
        }
        if (probes.pins().isEmpty()) {
            return new Check(
                    UNTESTED,
                    new Verdict.Inconclusive("it is being tested whether sessions stay with their version"),
                    false);
        }
        return switch (probes.pins().get()) {
            case PinTest.Passed passed -> passed(plan, passed);
            case PinTest.Stateless ignored -> new Check("SessionPinning", new Verdict.Pass(), false);
            case PinTest.Untagged untagged -> missing(untagged.what());
            case PinTest.Lost lost -> unavailable(LOST, lost(turn, lost));
            case PinTest.Unanswered unanswered ->
                unavailable(UNTESTED, "sessions could not be tested: " + unanswered.cause());
        };
    }

    private static Check passed(SessionPlan plan, PinTest.Passed passed) {
        boolean other = switch (plan.pinning()) {
            case SERVER_MINTED -> passed.way() != PinTest.Way.SERVER_MINTED;
            case GATEWAY -> passed.way() != PinTest.Way.GATEWAY;
            case AUTO, NONE -> false;
        };
        return other
                ? missing("sessions are pinned by "
                        + (passed.way() == PinTest.Way.GATEWAY ? "the gateway" : "the servers")
                        + ", not as spec.sessions.pinning says; set it to Auto, or mend what it names")
                : new Check("SessionPinning", new Verdict.Pass(), false);
    }

    private static Check missing(String what) {
        return unavailable(
                MISSING,
                "the server mints sessions, and a weight would send their requests to the wrong version: " + what
                        + "; or make it stateless, or accept broken sessions with spec.sessions.pinning: None");
    }

    private static String lost(Turn turn, PinTest.Lost lost) {
        String deployment = turn.seen().slot(lost.slot()).deployment();
        return lost.ownPods()
                ? "pods of " + deployment + " do not know each other's sessions: " + lost.what()
                        + ". Give it one replica, shared sessions, or affinity by mcp-session-id in the DestinationRule"
                : "a session of " + deployment + " did not stay with its version: " + lost.what();
    }

    private static Check unavailable(String reason, String cause) {
        return new Check(reason, new Verdict.Unavailable(cause), false);
    }

    /** Until when sessions on a slot are waited for before its pods may go; empty when none are. */
    static Optional<Instant> awaited(Turn turn, Slot slot) {
        return turn.rollout()
                .drain()
                .filter(drain -> drain.pin().slot() == slot && !drain.isQuiet(turn.seen()) && !drain.isLate(turn.now()))
                .map(Drain::until);
    }
}
