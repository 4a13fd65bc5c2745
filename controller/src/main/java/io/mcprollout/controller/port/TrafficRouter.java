package io.mcprollout.controller.port;

import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Optional;

/** Moves the weights of routes that belong to somebody else, and nothing more. Only the loop calls what writes. */
public interface TrafficRouter {
    /** What the routes say now; reads only and never throws for what it finds. */
    Traffic observe(RolloutKey rollout, Routes routes, Slot stable);

    /** What stands in the way of managing these routes, each with the field and the fix; empty when nothing does. Reads only. */
    List<Problem> check(RolloutKey rollout, Routes routes);

    /**
     * Ways by which requests of users may reach the candidate past these routes, or where no probe comes, as far as they can be seen.
     * Reads only.
     */
    Paths paths(RolloutKey rollout, Routes routes, List<ProbeSpec> probes);

    /** The object that carries Argo CD or Flux metadata, for people; empty when none does or it cannot be read. */
    Optional<String> gitManager(RolloutKey rollout, Routes routes);

    /**
     * Makes what the controller generates and does not find, with every new session at stable: so that it is there before anything refers to
     * it. Changes nothing that is there and whole, and nothing of users'. The answer is why it could not, a sentence for people.
     */
    default Optional<String> prepare(RolloutKey rollout, Routes routes, Slot stable) {
        return Optional.empty();
    }

    /**
     * Makes the routes what the plan says: weights of the managed routes, own probe rules at the top, all else as it was.
     * Lowers everywhere before it raises anywhere; a rise is made only on what {@code seen} saw, a fall on anything.
     * Writes nothing when nothing differs.
     */
    Written hold(RolloutKey rollout, Routes routes, TrafficPlan plan, Traffic seen);

    /** Takes the controller's own rules away, of a route that is its own as a whole those of probes, and leaves weights as they are. Writes nothing when there are none. */
    Written release(RolloutKey rollout, Routes routes, Slot stable);

    /**
     * The routes at one moment.
     *
     * @param views one for each managed route
     * @param token secret in the probe rules that are there; empty when there are none
     * @param host fully qualified name of the service that the destinations name; empty when it cannot be told
     */
    record Traffic(List<RouteView> views, String token, String host) {
        /** Nothing was looked at. */
        public static final Traffic NONE = new Traffic(List.of(), "", "");

        public Traffic {
            views = List.copyOf(views);
        }
    }

    /** What became of a write. */
    sealed interface Written {
        /** The routes were read back and are as wanted; {@code changed} tells whether anything had to be written. */
        record Done(Traffic now, boolean changed) implements Written {}

        /** Not everything could be written; to be tried again soon. The cause is a sentence for people. */
        record Failed(String cause) implements Written {}
    }
}
