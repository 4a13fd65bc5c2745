package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;

/** What must be true of sessions in every decision, whatever was seen. */
final class SessionInvariants {
    private SessionInvariants() {}

    static void hold(Rollout before, Observation seen, Decision decision) {
        noShareWithoutATest(before, seen, decision);
        bothVersionsKeepTheirs(decision);
        nobodyIsDroppedWithoutAReason(before, seen, decision);
        listensWhileItWaits(decision);
    }

    private static void noShareWithoutATest(Rollout before, Observation seen, Decision decision) {
        Weight had = before.state() instanceof Live live ? live.weight() : Weight.NONE;
        if (decision.next().state() instanceof Live live
                && !(live instanceof Restoring)
                && live.weight().isAbove(had)
                && live.run().plan().sessions().keeps()
                && seen.probes().sessionsMinted()) {
            assertThat(seen.probes().pins()).get().isInstanceOfAny(PinTest.Passed.class, PinTest.Stateless.class);
        }
    }

    private static void bothVersionsKeepTheirs(Decision decision) {
        boolean returned = decision.next().state() instanceof Returning returning && returning.moved();
        if (!(decision.next().state() instanceof Live live)
                || live instanceof Blocked
                || decision.act() == Decision.Act.RELEASE
                || returned
                || !live.run().plan().sessions().keeps()) {
            return;
        }
        Sessions sessions = decision.traffic().sessions();
        for (Slot slot : Slot.values()) {
            if (!decision.next().memory(slot).tags().isEmpty()) {
                assertThat(sessions.pins())
                        .containsEntry(
                                slot,
                                new Pin(
                                        live.run().stable() == slot
                                                ? live.run().stablePin()
                                                : live.run().candidatePin(),
                                        decision.next().memory(slot).tags(),
                                        false));
                assertThat(sessions.adoption()).contains(live.run().stable());
            }
        }
    }

    private static void nobodyIsDroppedWithoutAReason(Rollout before, Observation seen, Decision decision) {
        if (before.drain().isEmpty()
                || decision.next().drain().isPresent()
                || decision.next().state() instanceof Initializing) {
            return;
        }
        Drain drain = before.drain().get();
        boolean replaced = !seen.slot(drain.pin().slot()).revision().equals(drain.revision());
        boolean takenUp = decision.next().state() instanceof Live;
        // a slot that gets all new sessions again keeps the old ones with them
        boolean stableAgain = drain.pin().slot() == decision.next().stable();
        assertThat(drain.isQuiet(seen) || drain.isLate(seen.now()) || replaced || takenUp || stableAgain)
                .isTrue();
    }

    private static void listensWhileItWaits(Decision decision) {
        if (decision.next().drain().isPresent()
                && decision.next().state() instanceof RolloutState.Resting
                && decision.act() != Decision.Act.RELEASE) {
            assertThat(decision.pacing().scrapes()).isPresent();
        }
    }
}
