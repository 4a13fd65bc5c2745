package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.MetricSource;
import io.mcprollout.controller.port.Prober;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore.Stored;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.port.TrafficRouter;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.Workloads;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Desired;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutPolicy;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at everything that matters to one rollout, judges the evidence, and has it decided on. Writes nothing. */
final class Observer {
    private static final System.Logger LOG = System.getLogger(Observer.class.getName());

    private final TrafficRouter router;
    private final Workloads workloads;
    private final Prober prober;
    private final MetricSource metrics;
    private final Meters meters;

    Observer(TrafficRouter router, Workloads workloads, Prober prober, MetricSource metrics, Meters meters) {
        this.router = router;
        this.workloads = workloads;
        this.prober = prober;
        this.metrics = metrics;
        this.meters = meters;
    }

    Look look(RolloutKey key, Stored stored, Working before, Instant now) {
        boolean underWay = before.isUnderWay();
        List<Problem> pending = pending(before, stored.wish());
        Optional<Setup> setup = underWay || !pending.isEmpty()
                ? before.memory().setup()
                : wished(stored.wish()).or(() -> before.memory().setup());
        Map<Slot, SlotView> slots = slots(key, stored, before, setup);
        boolean checks = !underWay && !stored.deleting();
        Working surveyed = underWay && !stored.deleting() ? survey(key, before, setup, now) : before;
        Working checked = checks ? check(key, stored, before, setup, slots) : surveyed;
        Traffic traffic = setup.isPresent()
                ? router.observe(key, setup.get().routes(), before.rollout().stable())
                : Traffic.NONE;
        Working working = gather(key, checked, slots, now);
        Optional<Judgement> judgement = judge(working, now);
        List<Problem> problems = stored.wish() instanceof Wish.Refused refused
                ? refused.problems()
                : pending.isEmpty() ? found(working, checks, slots, traffic) : pending;
        Observation seen = new Observation(
                now,
                stored.mode(),
                stored.deleting(),
                desired(stored.wish(), problems),
                stored.commands(),
                slots,
                traffic.views(),
                evidence(working, judgement),
                working.memory().evidence().map(LiveEvidence::probes).orElse(Observation.Probes.NONE),
                working.pulse().interval(),
                paths(working, now),
                quiet(working, setup, now));
        Decision decision = RolloutPolicy.decide(working.rollout(), seen);
        return new Look(stored, working, setup, traffic, seen, judgement, problems, decision);
    }

    private static Optional<Setup> wished(Wish wish) {
        return wish instanceof Wish.Accepted accepted ? Optional.of(accepted.setup()) : Optional.empty();
    }

    private static Desired desired(Wish wish, List<Problem> problems) {
        if (wish instanceof Wish.Accepted accepted && problems.isEmpty()) {
            return new Desired.Accepted(accepted.setup().plan(), accepted.uncontrolledAllowed());
        }
        String reason = problems.isEmpty() ? "Invalid" : problems.getFirst().reason();
        return new Desired.Refused(
                reason, problems.stream().map(Problem::toString).toList());
    }

    /* What the routes are checked for, and the one Deployment that has to be there: the one whose pods users reach. */
    private static List<Problem> found(Working working, boolean checks, Map<Slot, SlotView> slots, Traffic traffic) {
        List<Problem> problems = new ArrayList<>(working.check().problems());
        for (Slot slot : checks ? List.of(Slot.values()) : List.<Slot>of()) {
            SlotView view = slots.getOrDefault(slot, SlotView.absent(""));
            if (view.revision().isEmpty() && isServing(working.rollout(), slot, traffic)) {
                problems.add(new Problem(
                        "DeploymentNotFound",
                        "spec.workloads." + (slot == Slot.A ? "stable" : "canary") + ".name",
                        "there is no Deployment " + view.deployment()
                                + "; create it (a StatefulSet cannot be rolled out), or name the one that serves all users"
                                + " now"));
            }
        }
        return problems;
    }

    private static boolean isServing(Rollout rollout, Slot slot, Traffic traffic) {
        if (!(rollout.state() instanceof RolloutState.Initializing)) {
            return slot == rollout.stable();
        }
        List<RouteView.Seen> seen = traffic.views().stream()
                .filter(RouteView.Seen.class::isInstance)
                .map(RouteView.Seen.class::cast)
                .toList();
        return seen.isEmpty()
                ? slot == Slot.A
                : seen.stream().anyMatch(route -> route.split().share(slot).isAbove(Weight.NONE));
    }

    /* Going back needs no Deployment: what cannot be looked at then is taken as absent. */
    private Map<Slot, SlotView> slots(RolloutKey key, Stored stored, Working before, Optional<Setup> setup) {
        Map<Slot, SlotView> absent = Map.of(
                Slot.A, SlotView.absent(name(before, setup, Slot.A)),
                Slot.B, SlotView.absent(name(before, setup, Slot.B)));
        if (setup.isEmpty()) {
            return absent;
        }
        Supplier<Map<Slot, SlotView>> observed =
                () -> workloads.observe(key, setup.get(), before.isUnderWay() || before.isDraining());
        RolloutState state = before.rollout().state();
        boolean needless = state instanceof RolloutState.RollingBack || (stored.deleting() && !isPromoted(state));
        return needless ? tried(key, "WorkloadsUnreadable", observed, absent) : observed.get();
    }

    /* The one thing that is asked of Deployments in a deletion: whether what was promoted is still there to keep its traffic. */
    private static boolean isPromoted(RolloutState state) {
        return state instanceof RolloutState.AwaitingGit
                || state instanceof RolloutState.Draining
                || state instanceof RolloutState.Returning;
    }

    /* As it was adopted, when the spec says nothing that can be read; nothing when nobody knows. */
    private static String name(Working before, Optional<Setup> setup, Slot slot) {
        return setup.map(known -> known.deployments().get(slot))
                .orElseGet(() -> before.rollout().deployment(slot));
    }

    private Working check(
            RolloutKey key, Stored stored, Working before, Optional<Setup> setup, Map<Slot, SlotView> slots) {
        if (setup.isEmpty()) {
            return before.with(new Working.Check("", List.of()));
        }
        SlotView candidate = slots.getOrDefault(before.rollout().candidate(), SlotView.absent(""));
        String of = stored.generation() + "/"
                + candidate.revision().map(Revision::hash).orElse("");
        boolean known = before.check().of().equals(of)
                && before.check().problems().isEmpty()
                && !(before.rollout().state() instanceof RolloutState.Initializing);
        return known ? before : before.with(new Working.Check(of, problems(key, setup.get())));
    }

    /* Ways past the routes matter before the first weight. */
    private Working survey(RolloutKey key, Working before, Optional<Setup> setup, Instant now) {
        boolean matters = Paths.matterTo(before.rollout().state())
                && before.rollout()
                        .run()
                        .filter(run -> before.survey().isDue(run, now))
                        .isPresent();
        return matters && setup.isPresent()
                ? before.with(new Working.Survey(
                        before.rollout().run(),
                        now,
                        router.paths(key, setup.get().routes(), setup.get().probes())))
                : before;
    }

    private static Optional<Paths> paths(Working working, Instant now) {
        Optional<Outside> outside = working.memory().evidence().flatMap(LiveEvidence::outside);
        return working.survey()
                .of()
                .map(run -> working.survey()
                        .paths()
                        .with(
                                outside.flatMap(Outside::seen),
                                outside.filter(heard -> heard.isDeaf(now)).isPresent()));
    }

    private List<Problem> problems(RolloutKey key, Setup setup) {
        List<Problem> problems = new ArrayList<>(router.check(key, setup.routes()));
        if (setup.plan().promotion() == Promotion.Swap) {
            router.gitManager(key, setup.routes()).ifPresent(route -> problems.add(gitManaged(route)));
        }
        problems.addAll(prober.check(setup.probes()));
        return problems;
    }

    private static Problem gitManaged(String route) {
        return new Problem(
                "GitManagedRoute",
                "spec.promotion.mode",
                "must not be Swap while " + route
                        + " carries Argo CD or Flux metadata: the weights would stay at 0/100, and the"
                        + " next sync would send everyone to the retired version; use Git or Replace");
    }

    private Working gather(RolloutKey key, Working working, Map<Slot, SlotView> slots, Instant now) {
        Optional<LiveEvidence> evidence =
                working.memory().evidence().filter(ignored -> working.rollout().state() instanceof RolloutState.Live);
        if (evidence.isEmpty() && !working.isDraining()) {
            return working.using(Optional.empty());
        }
        Optional<Prober.Seen> pairs = evidence.map(ignored -> tried(
                key, "ProbesUnreadable", () -> prober.drain(key, now), new Prober.Seen(List.of(), List.of(), now)));
        List<Reading> readings = tried(key, "MeshUnreadable", () -> metrics.drain(key, now), List.of());
        Working used = working.using(
                working.isDraining()
                        ? Optional.of(working.usage()
                                .orElseGet(() -> Usage.start(now))
                                .with(pairs, readings, now))
                        : Optional.empty());
        return evidence.isEmpty()
                ? used
                : used.with(used.memory()
                        .with(evidence.get()
                                .with(
                                        pairs.orElseThrow(),
                                        readings,
                                        Serving.of(evidence.get().run(), slots),
                                        now)));
    }

    /* Rules that keep sessions are on the routes of the attempt; they are left only without any. */
    private static List<Problem> pending(Working before, Wish wish) {
        Optional<Setup> frozen = before.memory().setup();
        boolean moved = before.isDraining()
                && frozen.isPresent()
                && wished(wish)
                        .filter(setup -> !setup.routes().equals(frozen.get().routes()))
                        .isPresent();
        return moved
                ? List.of(new Problem(
                        "SpecChangePending",
                        "spec.traffic",
                        "names other routes than those on which sessions of the last rollout are still kept; it applies"
                                + " when they are over"))
                : List.of();
    }

    private static Map<Slot, Instant> quiet(Working working, Optional<Setup> setup, Instant now) {
        return working.usage()
                .flatMap(usage -> setup.map(known -> usage.quiet(known.mesh().keySet(), now)))
                .orElse(Map.of());
    }

    private static Optional<Judgement> judge(Working working, Instant now) {
        return working.memory().evidence().map(evidence -> {
            var plan = evidence.run().plan();
            int last = plan.steps().size() - 1;
            int step = switch (working.rollout().state()) {
                case RolloutState.Preparing ignored -> -1;
                case RolloutState.Blocked ignored -> -1;
                case RolloutState.Stepping stepping -> stepping.step();
                case RolloutState.AwaitingApproval awaiting -> awaiting.step();
                case RolloutState.Restoring ignored -> -1;
                default -> last;
            };
            return evidence.judge(now, plan.weightAfter(step));
        });
    }

    private static Observation.Evidence evidence(Working working, Optional<Judgement> judgement) {
        return working.memory()
                .evidence()
                .flatMap(evidence -> judgement.map(evidence::answer))
                .orElse(new Observation.Evidence(new Verdict.Inconclusive("nothing is being compared"), false));
    }

    /* No source of evidence may keep a rollback from being decided and written. */
    private <T> T tried(RolloutKey key, String what, Supplier<T> source, T otherwise) {
        try {
            return source.get();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, key + ": " + what, e);
            meters.failed(key, what);
            return otherwise;
        }
    }
}
