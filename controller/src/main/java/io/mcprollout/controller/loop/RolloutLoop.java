package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.MetricSource;
import io.mcprollout.controller.port.Prober;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore;
import io.mcprollout.controller.port.RolloutStore.Saved;
import io.mcprollout.controller.port.RolloutStore.Stored;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.port.TrafficRouter;
import io.mcprollout.controller.port.Workloads;
import io.mcprollout.policy.rollout.Effect;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.Run;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at one rollout and makes true what is decided on it.
 *
 * <ol>
 *   <li>Observe: the resource, both Deployments, the routes, and what probes and mesh have seen since.
 *   <li>Judge: the evidence so far, by the frozen plan.
 *   <li>Decide: {@link io.mcprollout.policy.rollout.RolloutPolicy}.
 *   <li>Save: one status write, on a transition, before a rise, and else every snapshot interval.
 *   <li>Act: the routes first, then everything else.
 * </ol>
 *
 * What is saved gives back every effect, so a crash between saving and acting changes nothing. A rise is never written
 * unless its decision was saved; going back never waits for that. One rollout must not be looked at twice at once.
 */
public final class RolloutLoop {
    private static final System.Logger LOG = System.getLogger(RolloutLoop.class.getName());
    /* Often enough for whoever looks at events, which live for an hour; seldom enough for whoever is paged by them. */
    private static final Duration TELL_AGAIN = Duration.ofMinutes(5);

    private final RolloutStore store;
    private final Observer observer;
    private final Enforcer enforcer;
    private final EvidenceOrders orders;
    private final Herald herald;
    private final Meters meters;
    private final Clock clock;
    private final StatusBudget budget;
    private final Rhythm rhythm;
    private final Map<RolloutKey, Working> awake = new ConcurrentHashMap<>();
    private final Map<RolloutKey, Rested> rested = new ConcurrentHashMap<>();
    private final Histories histories = new Histories();

    /**
     * A loop over these.
     *
     * @param snapshotInterval after which an attempt under way is saved when nothing happened: often enough to lose little in a crash,
     *     seldom enough for the API server
     * @param writesPerSecond such saves of all rollouts together
     */
    public RolloutLoop(
            RolloutStore store,
            TrafficRouter router,
            Workloads workloads,
            Prober prober,
            MetricSource metrics,
            Herald herald,
            Meters meters,
            Clock clock,
            Duration snapshotInterval,
            int writesPerSecond) {
        this.store = store;
        this.observer = new Observer(router, workloads, prober, metrics, meters);
        this.orders = new EvidenceOrders(prober, metrics);
        this.enforcer = new Enforcer(store, router, workloads, orders, meters);
        this.herald = herald;
        this.meters = meters;
        this.clock = clock;
        this.budget = new StatusBudget(snapshotInterval, writesPerSecond);
        this.rhythm = new Rhythm(budget);
    }

    /** Looks once; the answer is when to look again at the latest, empty when only a change can matter. */
    public Optional<Duration> tick(RolloutKey key) {
        Instant started = clock.instant();
        Optional<Stored> stored = store.load(key);
        if (stored.isEmpty()) {
            forget(key);
            return Optional.empty();
        }
        Working before = known(key, stored.get(), started);
        Instant now = started.isBefore(before.pulse().last()) ? before.pulse().last() : started;
        Look look = observer.look(key, stored.get(), before, now);
        histories.note(key, look);
        Optional<Duration> next = carryOut(key, look);
        meters.ticked(Duration.between(started, clock.instant()));
        return next;
    }

    private Working known(RolloutKey key, Stored stored, Instant now) {
        Working working = awake.get(key);
        if (working != null && working.uid().equals(stored.uid())) {
            return working;
        }
        return Optional.ofNullable(rested.get(key))
                .filter(rest -> rest.uid().equals(stored.uid()))
                .flatMap(rest -> stored.memory().map(rest::wake))
                .orElseGet(() -> Working.resume(stored.uid(), stored.memory(), now, why -> evidenceLost(key, why)));
    }

    private void keep(RolloutKey key, Stored stored, Working working) {
        Rested.of(working, stored)
                .ifPresentOrElse(
                        rest -> {
                            rested.put(key, rest);
                            awake.remove(key);
                        },
                        () -> {
                            awake.put(key, working);
                            rested.remove(key);
                        });
    }

    private void evidenceLost(RolloutKey key, String why) {
        herald.announce(
                key,
                true,
                "EvidenceRestarted",
                "The comparison begins anew with half the error budget: what was saved cannot be used: " + why);
    }

    /** Forgets a rollout that is gone, or that another controller leads now. */
    public void forget(RolloutKey key) {
        awake.remove(key);
        rested.remove(key);
        histories.forget(key);
        orders.stop(key);
        meters.forget(key);
    }

    /** How the attempt under way, or the last one, was judged; kept in this process only. */
    public History history(RolloutKey key) {
        return histories.of(key);
    }

    private Optional<Duration> carryOut(RolloutKey key, Look look) {
        boolean saving = mustSave(key, look);
        Working decided = look.working().with(decided(look));
        boolean saved = saving && store.save(key, entry(look, decided)) == Saved.SAVED;
        if (saving && !saved) {
            meters.failed(key, "StatusNotSaved");
            if (!look.isGoingBack() && !look.isLettingGo()) {
                keep(key, look.stored(), look.working().lookedAt(look.now(), Optional.of(Rhythm.RETRY)));
                return Optional.of(Rhythm.RETRY);
            }
        }
        Working noted =
                saved ? decided.saved(look.now(), look.told(), look.stored().generation()) : decided;
        Optional<Working> acted = enforcer.act(key, look, noted);
        announce(key, look);
        if (acted.isEmpty()) {
            forget(key);
            return Optional.empty();
        }
        Working told = tellTrouble(key, look, acted.get());
        Optional<Duration> next = rhythm.next(key, look, told);
        keep(key, look.stored(), told.lookedAt(look.now(), next));
        return next;
    }

    /* Whoever waits for traffic to be back, or for the resource to go, hears what is in the way; it is tried again for ever. */
    private Working tellTrouble(RolloutKey key, Look look, Working working) {
        var trouble = working.trouble();
        boolean waited = look.isGoingBack() || look.isLettingGo();
        if (!waited
                || trouble.times() == 0
                || look.now().isBefore(trouble.told().plus(TELL_AGAIN))) {
            return working;
        }
        herald.announce(
                key,
                true,
                look.isLettingGo() ? "DeletionBlocked" : "RollbackBlocked",
                trouble.cause() + "; tried again every " + Rhythm.SLOWEST_RETRY.toSeconds() + " s");
        return working.toldOfTrouble(look.now());
    }

    /* What can wait is written once in an interval: the evidence of an attempt, and a reason to wait that has changed. */
    private boolean mustSave(RolloutKey key, Look look) {
        var pulse = look.working().pulse();
        if (look.isTransition() || look.rises() || look.isOfNewSpec() || look.isRougher()) {
            return true;
        }
        boolean wanted = look.isToldAnew() || look.decision().next().run().isPresent();
        return wanted && !look.now().isBefore(budget.due(key, pulse.saved())) && budget.take(look.now());
    }

    /** What is known once the decision stands: a new attempt freezes the setup and begins its evidence anew. */
    private static Working.Known decided(Look look) {
        Rollout next = look.decision().next();
        Optional<Run> run = next.run();
        if (run.isEmpty()) {
            boolean needed = next.state() instanceof RolloutState.Promoted
                    || next.drain().isPresent();
            Optional<Setup> kept = needed ? look.working().memory().setup().or(look::setup) : Optional.empty();
            return new Working.Known(next, kept, Optional.empty());
        }
        Optional<LiveEvidence> evidence = look.working()
                .memory()
                .evidence()
                .filter(live -> live.run().equals(run.get()))
                .or(() -> Optional.of(LiveEvidence.start(run.get(), look.now())));
        return new Working.Known(next, look.setup(), evidence);
    }

    private static RolloutStore.Entry entry(Look look, Working decided) {
        return new RolloutStore.Entry(
                look.stored().generation(),
                decided.memory().text(),
                look.decision(),
                look.seen(),
                look.judgement(),
                look.problems(),
                look.isGoingBack() ? decided.trouble().cause() : "");
    }

    private void announce(RolloutKey key, Look look) {
        String from = look.working().rollout().state().phase();
        String to = look.decision().next().state().phase();
        if (!from.equals(to)) {
            if (!(look.working().rollout().state() instanceof RolloutState.Initializing)) {
                meters.moved(key, from, to);
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: {1} -> {2}: {3}",
                    key,
                    from,
                    to,
                    look.decision().rationale().message());
        }
        for (Effect effect : look.decision().effects()) {
            if (effect instanceof Effect.Announce told) {
                herald.announce(key, told.warning(), told.reason(), told.message());
            }
        }
    }
}
