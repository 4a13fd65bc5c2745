package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Taking over slots as they are: the routes say which one is stable, and are not written. */
final class Adoption {
    private Adoption() {}

    /** Adopts the slots, or says why they cannot be yet. */
    static Decision adopt(Turn turn, Initializing fresh, Optional<Command> order) {
        if (turn.seen().deleting()) {
            return turn.release("Nothing was rolled out.");
        }
        if (turn.seen().desired() instanceof Desired.Refused refused) {
            return turn.rest(fresh, Start.waits(refused.reason(), RolloutPolicy.list(refused.problems())));
        }
        for (RouteView view : turn.seen().routes()) {
            if (!(view instanceof RouteView.Seen)) {
                return turn.rest(fresh, Start.waits("RouteNotReady", view.route() + " cannot be read or managed yet"));
            }
        }
        Optional<Slot> stable = order.map(command -> named(turn, command)).or(() -> agreed(turn, fresh));
        if (stable.isEmpty()) {
            return turn.rest(fresh, ambiguous(turn, fresh));
        }
        SlotView view = turn.seen().slot(stable.get());
        if (view.ready() < 1) {
            return turn.rest(fresh, Start.waits("StableNotReady", view.deployment() + " has no ready pod yet"));
        }
        Rollout adopted = turn.rollout().withStable(stable.get());
        for (Slot slot : Slot.values()) {
            SlotView seen = turn.seen().slot(slot);
            adopted = adopted.withSlot(
                    slot, adopted.memory(slot).settled(seen.revision()).named(seen.deployment()));
        }
        Turn next = turn.with(order.map(adopted::consuming).orElse(adopted));
        Idle idle = fresh.adopted();
        return next.rest(idle, Start.resting(next, idle));
    }

    /** Whether the spec names other Deployments than those that were adopted: then letters and roles say nothing any more. */
    static boolean isOfOthers(Turn turn) {
        if (!(turn.seen().desired() instanceof Desired.Accepted)) {
            return false;
        }
        for (Slot slot : Slot.values()) {
            String known = turn.rollout().memory(slot).deployment();
            if (!known.isEmpty() && !known.equals(turn.seen().slot(slot).deployment())) {
                return true;
            }
        }
        return false;
    }

    private static Slot named(Turn turn, Command order) {
        return turn.seen().slot(Slot.A).deployment().equals(order.hash()) ? Slot.A : Slot.B;
    }

    /** The slot that has all traffic, unless what is remembered says that it is the other. */
    private static Optional<Slot> agreed(Turn turn, Initializing fresh) {
        return whole(turn)
                .filter(slot ->
                        fresh.remembered().isEmpty() || fresh.remembered().get() == slot);
    }

    private static Optional<Slot> whole(Turn turn) {
        Set<Weight> shares = new HashSet<>();
        for (RouteView view : turn.seen().routes()) {
            if (view instanceof RouteView.Seen seen) {
                shares.add(seen.split().share(Slot.B));
            }
        }
        if (shares.equals(Set.of(Weight.NONE))) {
            return Optional.of(Slot.A);
        }
        return shares.equals(Set.of(Weight.ALL)) ? Optional.of(Slot.B) : Optional.empty();
    }

    private static Rationale ambiguous(Turn turn, Initializing fresh) {
        String why = whole(turn).isPresent()
                ? "all traffic goes to " + deployment(turn, whole(turn).get()) + " but the record says that "
                        + deployment(turn, fresh.remembered().orElseThrow()) + " is stable"
                : "traffic is split and nothing is remembered of why";
        String message = why + ": set the weights to 100/0 on the version that is stable, or annotate"
                + " mcprollout.io/adopt=<Deployment>#" + turn.rollout().attempt() + " with "
                + deployment(turn, Slot.A) + " or " + deployment(turn, Slot.B);
        return new Rationale(
                "AdoptionAmbiguous", message, Optional.empty(), "nothing is written until a person names the slot");
    }

    private static String deployment(Turn turn, Slot slot) {
        return turn.seen().slot(slot).deployment();
    }
}
