package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What is true of every decision, whatever was remembered and seen; asserted by examples and by random walks. */
final class RolloutInvariants {
    private static final Class<?>[] NO_FAIL = {Verdict.Pass.class, Verdict.Inconclusive.class, Verdict.Unavailable.class
    };

    private RolloutInvariants() {}

    static void hold(Rollout before, Observation seen, Decision decision) {
        sameAnswerToTheSameQuestion(before, seen, decision);
        waitingSaysWhatFor(seen, decision);
        commandsCountOnce(before, decision);
        if (!seen.mode().writes()) {
            nothingIsWritten(before, decision);
            return;
        }
        risesOnlyOnAPass(before, seen, decision);
        goingBackNeverTurns(before, decision);
        failureGoesBack(before, seen, decision);
        condemnedGetsNothing(decision);
        weatherCondemnsNothing(before, seen, decision);
        noShareWithoutPods(before, seen, decision);
        scalesTheCandidateAlone(seen, decision);
        onlyWhatIsRolledOutGetsTraffic(seen, decision);
        restingGivesNothing(decision);
        onlyReadySlotsGain(seen, decision);
        everyEffectHasItsCommand(before, decision);
        backIsOneWriteAway(decision);
        whatIsClosedIsOnlyGivenBack(seen, decision);
        SessionInvariants.hold(before, seen, decision);
    }

    private static void whatIsClosedIsOnlyGivenBack(Observation seen, Decision decision) {
        boolean closed = seen.routes().stream().anyMatch(view -> view.closed().isPresent());
        if (closed && decision.act() == Act.HOLD) {
            assertThat(decision.next().state()).isInstanceOfAny(RollingBack.class, Returning.class);
            assertThat(decision.traffic().split().candidate()).isEqualTo(Weight.NONE);
        }
    }

    private static void sameAnswerToTheSameQuestion(Rollout before, Observation seen, Decision decision) {
        assertThat(RolloutPolicy.decide(before, seen)).isEqualTo(decision);
    }

    private static void nothingIsWritten(Rollout before, Decision decision) {
        assertThat(decision.act()).isIn(Act.LEAVE, Act.DROP);
        assertThat(decision.effects()).allMatch(Effect.Announce.class::isInstance);
        assertThat(decision.next().condemned()).isEqualTo(before.condemned());
        assertThat(decision.next().attempt()).isEqualTo(before.attempt());
    }

    private static boolean isHurried(Rollout rollout, Run run) {
        return rollout.consumed()
                .contains(Command.of(Command.Kind.Promote, run.revision().hash(), run.attempt()));
    }

    private static Weight weight(RolloutState state) {
        return state instanceof Live live ? live.weight() : Weight.NONE;
    }

    private static void risesOnlyOnAPass(Rollout before, Observation seen, Decision decision) {
        if (!weight(decision.next().state()).isAbove(weight(before.state()))) {
            return;
        }
        // an undo is ordered and gives everything back to a version that had it before: nothing is compared, but it has
        // to be there
        if (decision.next().state() instanceof RolloutState.Restoring restoring) {
            SlotView slot = seen.slot(restoring.run().stable().other());
            assertThat(before.state()).isInstanceOfAny(RolloutState.Promoted.class, RolloutState.Restoring.class);
            assertThat(slot.revision()).contains(restoring.run().revision());
            assertThat(slot.isPure()).isTrue();
            assertThat(slot.ready())
                    .isGreaterThanOrEqualTo(seen.slot(restoring.run().stable()).ready());
            assertThat(seen.deleting()).isFalse();
            return;
        }
        Live was = (Live) before.state();
        boolean ordered = isHurried(decision.next(), was.run());
        assertThat(seen.evidence().verdict()).isInstanceOfAny(ordered ? NO_FAIL : new Class<?>[] {Verdict.Pass.class});
        assertThat(seen.mode()).isEqualTo(Mode.Active);
        assertThat(seen.deleting()).isFalse();
        assertThat(seen.desired()).isInstanceOf(Desired.Accepted.class);
        assertThat(seen.slots().values()).allMatch(SlotView::isSettled);
        assertThat(seen.routes())
                .isNotEmpty()
                .allSatisfy(view -> assertThat(view)
                        .isInstanceOfSatisfying(
                                RouteView.Seen.class,
                                route -> assertThat(route.split())
                                        .isEqualTo(was.traffic().split())));
        assertThat(seen.slot(was.run().stable().other()).revision())
                .contains(was.run().revision());
        assertThat(seen.slot(was.run().stable()).revision())
                .contains(was.run().cohort().stable());
    }

    private static void goingBackNeverTurns(Rollout before, Decision decision) {
        if (before.state() instanceof RollingBack back) {
            assertThat(decision.traffic().split().candidate()).isEqualTo(Weight.NONE);
            assertThat(decision.next().state())
                    .isInstanceOfAny(RollingBack.class, Resting.class, RolloutState.Blocked.class);
            if (back.cause().condemns()) {
                assertThat(decision.next().isCondemned(back.run().revision())).isTrue();
            }
        }
        boolean lifted = decision.next().state() instanceof RolloutState.Restoring restoring && restoring.lifted();
        if (before.state() instanceof Resting && !lifted) {
            assertThat(decision.traffic().split().candidate()).isEqualTo(Weight.NONE);
        }
    }

    /*
     * Not while it returns: stable gets the same version then, so there is none to go back to. Not while an undo restores: a person has
     * condemned the other version already. Not while blocked: it has no weight, and what was gathered in the weather is begun anew.
     */
    private static void failureGoesBack(Rollout before, Observation seen, Decision decision) {
        if (seen.evidence().verdict() instanceof Verdict.Fail
                && before.state() instanceof Live
                && !(before.state() instanceof Returning)
                && !(before.state() instanceof RolloutState.Restoring)
                && !(before.state() instanceof RolloutState.Blocked)) {
            assertThat(decision.next().state()).isInstanceOf(RollingBack.class);
        }
        if (decision.next().state() instanceof RollingBack back && decision.act() != Act.RELEASE) {
            assertThat(decision.act()).isEqualTo(Act.HOLD);
            assertThat(decision.traffic().split())
                    .isEqualTo(Split.allStable(back.run().stable()));
        }
    }

    private static void condemnedGetsNothing(Decision decision) {
        if (decision.next().state() instanceof Live live && live.weight().isAbove(Weight.NONE)) {
            assertThat(decision.next().isCondemned(live.run().revision())).isFalse();
        }
    }

    /* Pods, answers and missing answers condemn only what no weather was over and what stable did not suffer, too. */
    private static void weatherCondemnsNothing(Rollout before, Observation seen, Decision decision) {
        if (!(decision.next().state() instanceof RollingBack back)
                || !(before.state() instanceof Live was)
                || !back.cause().condemns()
                || isOrdered(back.cause(), was, seen, decision)) {
            return;
        }
        SlotView candidate = seen.slot(was.run().stable().other());
        boolean byItself =
                candidate.facts().stream().anyMatch(fact -> fact.kind().isAgainstVersion());
        boolean weather =
                candidate.facts().stream().anyMatch(fact -> !fact.kind().isAgainstVersion());
        assertThat(byItself || !weather)
                .as(() -> back.cause() + " under " + candidate.facts())
                .isTrue();
        switch (back.cause()) {
            case CanaryCrashed -> assertThat(byItself).isTrue();
            case CanaryWorse -> assertThat(seen.evidence().verdict()).isInstanceOf(Verdict.Fail.class);
            default ->
                assertThat(!candidate.isSettled()
                                || !(seen.evidence().verdict() instanceof Verdict.Pass)
                                || seen.probes().sessionsMinted()
                                || !seen.probes().drift().isEmpty())
                        .as(() -> back.reason())
                        .isTrue();
        }
    }

    /* What people did: said so, moved the weight, or let the time pass in which they could have approved. */
    private static boolean isOrdered(Cause cause, Live was, Observation seen, Decision decision) {
        return switch (cause) {
            case Aborted ->
                decision.next()
                        .consumed()
                        .contains(Command.of(
                                Command.Kind.Abort,
                                was.run().revision().hash(),
                                was.run().attempt()));
            case LoweredByHand ->
                seen.routes().stream()
                        .flatMap(view -> Retreat.share(view).stream())
                        .anyMatch(was.weight()::isAbove);
            case NotApproved ->
                was instanceof RolloutState.AwaitingApproval awaiting
                        && seen.mode() != Mode.Paused
                        && seen.commands().stream().noneMatch(command -> isApproval(command, awaiting));
            default -> false;
        };
    }

    private static boolean isApproval(Command command, RolloutState.AwaitingApproval awaiting) {
        return command.kind() == Command.Kind.Approve
                && command.hash().equals(awaiting.run().revision().hash())
                && command.attempt() == awaiting.run().attempt()
                && command.step() == awaiting.wanted();
    }

    private static void noShareWithoutPods(Rollout before, Observation seen, Decision decision) {
        if (before.state() instanceof Live was
                && decision.next().state() instanceof RolloutState.Stepping now
                && now.weight().isAbove(was.weight())) {
            int needed =
                    was.run().plan().capacity().needed(now.weight(), was.run().stableAtStart());
            assertThat(seen.slot(was.run().stable().other()).ready()).isGreaterThanOrEqualTo(Math.max(1, needed));
        }
        if (before.state() instanceof Returning was
                && !was.moved()
                && decision.next().state() instanceof Returning now
                && now.moved()) {
            assertThat(seen.slot(was.run().stable()).isPure()).isTrue();
        }
    }

    private static void scalesTheCandidateAlone(Observation seen, Decision decision) {
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.Scale scale) {
                assertThat(scale.slot()).isEqualTo(decision.next().candidate());
                assertThat(seen.slot(scale.slot()).scaler()).isEqualTo(Optional.empty());
                assertThat(seen.mode()).isNotEqualTo(decision.next().state() instanceof Live ? Mode.Paused : null);
            }
        }
    }

    private static void onlyWhatIsRolledOutGetsTraffic(Observation seen, Decision decision) {
        if (decision.next().state() instanceof Live live && live.weight().isAbove(Weight.NONE)) {
            assertThat(seen.slot(live.run().stable().other()).revision())
                    .contains(live.run().revision());
        }
    }

    private static void restingGivesNothing(Decision decision) {
        if (decision.next().state() instanceof Resting) {
            assertThat(decision.traffic().split())
                    .isEqualTo(Split.allStable(decision.next().stable()));
            assertThat(decision.traffic().probeable()).isEmpty();
            assertThat(decision.pacing().pairs()).isEmpty();
            assertThat(decision.pacing().scrapes().isPresent())
                    .isEqualTo(decision.next().drain().isPresent() && decision.act() != Act.RELEASE);
        }
    }

    /** A retired or unready slot never receives traffic it did not have; only going back asks nobody. */
    private static void onlyReadySlotsGain(Observation seen, Decision decision) {
        if (decision.act() != Act.HOLD || decision.next().state() instanceof RollingBack) {
            return;
        }
        Split split = decision.traffic().split();
        for (RouteView view : seen.routes()) {
            Optional<Weight> share = Retreat.share(view);
            for (Slot slot : Slot.values()) {
                if (share.isPresent()
                        && split.share(slot).isAbove(new Split(split.stable(), share.get()).share(slot))) {
                    assertThat(seen.slot(slot).ready())
                            .as(() -> slot + " gains in " + decision.next().state())
                            .isPositive();
                    assertThat(slot == decision.next().stable()
                                    || (decision.next().state() instanceof Live live
                                            && seen.slot(slot)
                                                    .revision()
                                                    .equals(Optional.of(
                                                            live.run().revision()))))
                            .as(() -> "what is not rolled out gains")
                            .isTrue();
                }
            }
        }
    }

    /** One command, at most one effect: what only a person can order happens in the decision that consumes the order. */
    private static void everyEffectHasItsCommand(Rollout before, Decision decision) {
        List<Command> taken = new java.util.ArrayList<>(decision.next().consumed());
        taken.removeAll(before.consumed());
        List<Command.Kind> kinds = taken.stream().map(Command::kind).toList();
        if (decision.next().state() instanceof RollingBack back
                && back.cause() == Cause.Aborted
                && !(before.state() instanceof RollingBack)) {
            assertThat(kinds).contains(Command.Kind.Abort);
        }
        boolean undone = decision.next().state() instanceof RolloutState.Restoring
                || (decision.next().state() instanceof RollingBack back && back.cause() == Cause.Undone);
        if (undone && before.state() instanceof RolloutState.Promoted) {
            assertThat(kinds).contains(Command.Kind.Undo);
        } else if (undone) {
            assertThat(before.state()).isInstanceOfAny(RolloutState.Restoring.class, RollingBack.class);
        }
        if (before.state() instanceof RolloutState.AwaitingApproval awaiting
                && decision.next().state() instanceof RolloutState.Stepping
                && !isHurried(decision.next(), awaiting.run())) {
            assertThat(decision.next().consumed())
                    .contains(new Command(
                            Command.Kind.Approve,
                            awaiting.run().revision().hash(),
                            awaiting.run().attempt(),
                            awaiting.wanted(),
                            ""));
        }
        if (decision.next().attempt() > before.attempt() && !undone) {
            Live live = (Live) decision.next().state();
            boolean ordered = before.isCondemned(live.run().revision())
                    || before.memory(before.candidate())
                            .settled()
                            .equals(Optional.of(live.run().revision()));
            if (ordered) {
                assertThat(kinds).contains(Command.Kind.Retry);
            }
        }
    }

    private static void commandsCountOnce(Rollout before, Decision decision) {
        List<Command> consumed = decision.next().consumed();
        assertThat(new HashSet<>(consumed)).hasSameSizeAs(consumed);
        if (before.consumed().size() < 20) {
            assertThat(consumed).containsAll(before.consumed());
        }
    }

    private static void backIsOneWriteAway(Decision decision) {
        var back = decision.traffic().back();
        assertThat(back.split().candidate()).isEqualTo(Weight.NONE);
        assertThat(back.split().stable()).isEqualTo(decision.next().stable());
        assertThat(back.probeable()).isEqualTo(decision.traffic().probeable());
    }

    /** No waiting state without an end: what ends it is said, and where it is time, when; that time is to come. */
    private static void waitingSaysWhatFor(Observation seen, Decision decision) {
        Decision.Rationale why = decision.rationale();
        assertThat(why.message()).isNotBlank();
        boolean over = decision.act() == Act.RELEASE
                || List.of("Started", "Advanced", "Promoted", "Resumed", "Restored")
                        .contains(why.reason());
        if (!over) {
            assertThat(why.then()).as(why.reason()).isNotBlank();
        }
        assertThat(why.until().filter(until -> until.isBefore(seen.now()) || until.equals(java.time.Instant.MAX)))
                .as(() -> why + " at " + seen.now())
                .isEqualTo(Optional.empty());
    }
}
