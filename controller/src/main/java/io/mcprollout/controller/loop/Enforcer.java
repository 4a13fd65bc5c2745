package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore;
import io.mcprollout.controller.port.RolloutStore.Saved;
import io.mcprollout.controller.port.TrafficRouter;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.controller.port.Workloads;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Effect;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.RolloutState;
import java.util.Optional;

/** Makes true what was decided: the routes first, then everything else. What cannot be written now is tried again with the next look. */
final class Enforcer {
    private static final System.Logger LOG = System.getLogger(Enforcer.class.getName());

    private final RolloutStore store;
    private final TrafficRouter router;
    private final Workloads workloads;
    private final EvidenceOrders orders;
    private final Meters meters;

    Enforcer(RolloutStore store, TrafficRouter router, Workloads workloads, EvidenceOrders orders, Meters meters) {
        this.store = store;
        this.router = router;
        this.workloads = workloads;
        this.orders = orders;
        this.meters = meters;
    }

    /** Makes it true; empty when the rollout has been let go. */
    Optional<Working> act(RolloutKey key, Look look, Working working) {
        prepare(key, look);
        return switch (look.decision().act()) {
            case RELEASE -> release(key, look, working);
            case DROP -> drop(key, working);
            case LEAVE -> Optional.of(follow(key, look, working.untroubled(), look.traffic()));
            case HOLD -> Optional.of(hold(key, look, working));
        };
    }

    /* Before a spec can be accepted: what a user's route is to refer to has to be there first. */
    private void prepare(RolloutKey key, Look look) {
        boolean writes = look.seen().mode() == Mode.Active || look.seen().mode() == Mode.Paused;
        if (writes && !look.stored().deleting()) {
            look.setup()
                    .flatMap(setup -> router.prepare(
                            key, setup.routes(), look.working().rollout().stable()))
                    .ifPresent(cause -> {
                        meters.failed(key, "RouteNotWritten");
                        LOG.log(System.Logger.Level.WARNING, "{0}: the route is not generated: {1}", key, cause);
                    });
        }
    }

    private Working hold(RolloutKey key, Look look, Working working) {
        if (look.isHeld()) {
            return follow(key, look, working.untroubled(), look.traffic());
        }
        var setup = look.setup().orElseThrow();
        var plan = look.decision().traffic();
        Written written = router.hold(key, setup.routes(), plan, look.traffic());
        return switch (written) {
            case Written.Failed failed -> {
                meters.failed(key, "RouteNotWritten");
                LOG.log(System.Logger.Level.WARNING, "{0}: the route is not written: {1}", key, failed.cause());
                yield follow(key, look, working.failed(failed.cause()), look.traffic());
            }
            case Written.Done done -> {
                Working changed = working.untroubled();
                if (done.changed()) {
                    meters.shifted(key, plan.split().candidate().percent());
                    changed = changed.memory()
                            .evidence()
                            .map(live -> working.untroubled()
                                    .with(working.memory()
                                            .with(live.weightChanged(
                                                    look.now(), plan.split().candidate()))))
                            .orElse(changed);
                }
                yield follow(key, look, changed, done.now());
            }
        };
    }

    private Optional<Working> release(RolloutKey key, Look look, Working working) {
        if (look.setup().isPresent()
                && router.release(
                                key,
                                look.setup().get().routes(),
                                working.rollout().stable())
                        instanceof Written.Failed failed) {
            meters.failed(key, "RouteNotReleased");
            return Optional.of(working.failed(failed.cause()));
        }
        return drop(key, working);
    }

    private Optional<Working> drop(RolloutKey key, Working working) {
        return letGo(key) ? Optional.empty() : Optional.of(working.failed("the finalizer cannot be removed"));
    }

    private boolean letGo(RolloutKey key) {
        boolean gone = store.letGo(key) == Saved.SAVED;
        if (!gone) {
            meters.failed(key, "NotLetGo");
        }
        return gone;
    }

    /** All that comes after the routes: evidence at the right pace, copies, and the finalizer. */
    private Working follow(RolloutKey key, Look look, Working working, Traffic traffic) {
        Decision decision = look.decision();
        if (decision.next().state() instanceof RolloutState.Live live
                && look.setup().isPresent()) {
            boolean burst = look.seen().evidence().burst();
            orders.pace(key, look.setup().get(), live, decision, burst, traffic);
        } else if (decision.next().drain().isPresent() && look.setup().isPresent()) {
            orders.listen(key, look.setup().get(), decision.pacing(), traffic);
        } else if (look.working().isUnderWay() || look.working().isDraining()) {
            orders.stop(key);
        }
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.CopyTemplate copy) {
                workloads.copyTemplate(key, look.setup().orElseThrow(), copy.from(), copy.to(), copy.revision());
            } else if (effect instanceof Effect.RestoreTemplate restore) {
                workloads.restoreTemplate(key, look.setup().orElseThrow(), restore);
            } else if (effect instanceof Effect.Scale scale && look.setup().isPresent()) {
                workloads.scale(key, look.setup().get(), scale.slot(), scale.replicas());
            }
        }
        boolean idle =
                decision.next().run().isEmpty() && decision.next().drain().isEmpty();
        return idle && !letGo(key) ? working.failed("the finalizer cannot be removed") : working;
    }
}
