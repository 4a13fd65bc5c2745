package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.rollout.SessionPlan.Pinning;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Walks of people, Git, autoscalers, node drains, restarts, lost status and API faults, all of them at random. */
class RolloutPolicyProperties {
    private static final int LOOKS = 60;
    /* The test passes in the end, by what servers mint. */
    private static final Pinning[] PINNINGS = {Pinning.AUTO, Pinning.SERVER_MINTED, Pinning.NONE};
    private static final List<Revision> REVISIONS = List.of(World.V1, World.V2, World.V3);

    /** Anything may happen, and every decision on the way keeps the invariants; then the weather clears, and it ends. */
    @Property(tries = 100_000, shrinking = ShrinkingMode.OFF)
    void anyWalkIsSafeAndEnds(@ForAll long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        World world = new World();
        Plans plans = new Plans();
        plans.promotion = one(random, Promotion.values());
        plans.approvedWeight = random.nextInt(3) == 0 ? 25 : 0;
        plans.onInconclusive = one(random, DeadlineAction.values());
        plans.sessions = new SessionPlan(
                one(random, PINNINGS),
                random.nextInt(4) == 0,
                Duration.ofSeconds(random.nextInt(60)),
                Duration.ofSeconds(60 + random.nextInt(240)),
                random.nextBoolean());
        world.makesRoute = plans.sessions.byGateway();
        plans.capacity = new Capacity(random.nextInt(3) / 2.0, random.nextBoolean());
        world.desired = plans.accepted();
        world.interval = Duration.ofSeconds(random.nextInt(1, 30));
        calm(world, random);
        // When
        for (int i = 0; i < LOOKS && !world.released; i++) {
            disturb(world, random);
            world.look();
        }
        clear(world);
        // Then
        assertThat(endsWithin(world, 4000))
                .as(() -> "ends, but is " + world.rollout.state())
                .isTrue();
        assertThat(world.released || isScaledBack(world))
                .as(() -> "gives pods back, but " + world.rollout.slots())
                .isTrue();
        assertThat(world.dropped || world.rules.isEmpty())
                .as(() -> "leaves no rule, but " + world.rules + " in " + world.rollout.state())
                .isTrue();
    }

    /* Half of them are disturbed only when a release is somewhere on its way, or over. */
    private static void calm(World world, SplittableRandom random) {
        int looks = random.nextBoolean() ? random.nextInt(120) : 0;
        for (int i = 0; i < looks && !world.released; i++) {
            if (i == 1) {
                world.push(World.V2);
            }
            world.look();
        }
    }

    private static void disturb(World world, SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            return;
        }
        Slot slot = random.nextBoolean() ? Slot.A : Slot.B;
        switch (random.nextInt(25)) {
            case 0 -> world.verdict = new Verdict.Fail("worse");
            case 1 -> world.verdict = new Verdict.Inconclusive("more");
            case 2 -> world.verdict = new Verdict.Unavailable("down");
            case 3, 4, 5 -> world.verdict = new Verdict.Pass();
            case 6 -> world.revisions.put(slot, some(random));
            case 7 -> world.ready.put(slot, random.nextInt(3));
            case 8 -> world.facts.put(slot, List.of(World.fact(one(random, Kind.values()), world.now)));
            case 9 -> world.facts.put(slot, List.of());
            case 10 -> world.routeB = random.nextInt(101);
            case 11 -> weather(world, random);
            case 12 -> world.mode = random.nextInt(2) == 0 ? one(random, Mode.values()) : Mode.Active;
            case 13 -> world.commands.add(command(world, random));
            case 17 -> {
                world.restart();
                world.loseStatus();
            }
            case 19 -> world.restart();
            case 20 -> world.savesFail = random.nextBoolean();
            case 18 -> world.routeB = random.nextBoolean() ? 0 : 100;
            case 14 -> world.probes = new Probes(random.nextInt(5), random.nextInt(4) == 0, "", test(random));
            case 21 -> world.tags.put(slot, Set.of("t" + random.nextInt(4)));
            case 22 -> world.quiet.put(slot, world.now.minusSeconds(random.nextInt(90)));
            case 23 -> world.quiet.remove(slot);
            case 15 -> scale(world, random, slot);
            case 16 -> world.scalers.put(slot, new SlotView.Scaler("hpa", random.nextBoolean(), "may shrink"));
            default -> world.deleting = world.deleting || random.nextInt(20) == 0;
        }
    }

    private static Optional<PinTest> test(SplittableRandom random) {
        return switch (random.nextInt(7)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new PinTest.Stateless(World.START));
            case 2 -> Optional.of(new PinTest.Untagged(World.START, "no tag"));
            case 3 -> Optional.of(new PinTest.Lost(World.START, Slot.B, random.nextBoolean(), "lost"));
            case 4 -> Optional.of(new PinTest.Unanswered(World.START, "503"));
            default -> Optional.of(new PinTest.Passed(World.START, one(random, PinTest.Way.values()), 40));
        };
    }

    /* An autoscaler or a person; pods follow at once. */
    private static void scale(World world, SplittableRandom random, Slot slot) {
        int pods = 1 + random.nextInt(4);
        world.wanted.put(slot, pods);
        world.ready.put(slot, pods);
    }

    /** Half of them name what is under way, as people mean to; half name anything. */
    private static Command command(World world, SplittableRandom random) {
        Command.Kind kind = one(random, Command.Kind.values());
        boolean meant = random.nextBoolean();
        String hash = meant
                ? named(world).orElse(World.V2).hash()
                : REVISIONS.get(random.nextInt(3)).hash();
        String name =
                kind == Command.Kind.Adopt ? "mcp-" + one(random, Slot.values()).letter() : hash;
        int attempt = world.rollout.attempt() + (meant ? 0 : random.nextInt(-1, 2));
        int step = kind == Command.Kind.Approve ? (meant ? 2 : random.nextInt(1, 5)) : 0;
        return new Command(kind, name, attempt, step, "");
    }

    private static Optional<Revision> named(World world) {
        return switch (world.rollout.state()) {
            case RolloutState.Live live -> Optional.of(live.run().revision());
            case RolloutState.Promoted promoted -> Optional.of(promoted.revision());
            default -> world.revisions.getOrDefault(world.rollout.candidate(), Optional.empty());
        };
    }

    static <T> T one(SplittableRandom random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static Optional<Revision> some(SplittableRandom random) {
        int choice = random.nextInt(8);
        return choice == 7 ? Optional.empty() : Optional.of(REVISIONS.get(choice % 3));
    }

    private static void weather(World world, SplittableRandom random) {
        world.routeGone = random.nextInt(8) == 0;
        world.routeUnreadable = random.nextInt(4) == 0;
        world.routeOdd = random.nextInt(6) == 0;
        world.routeClosed = random.nextInt(6) == 0;
        world.writesFail = random.nextInt(3) == 0;
        world.scalesFail = random.nextInt(3) == 0;
        world.copiesFail = random.nextInt(3) == 0;
        world.rolling.put(Slot.B, random.nextInt(3) == 0);
    }

    static void clear(World world) {
        world.verdict = new Verdict.Pass();
        world.mode = Mode.Active;
        world.probes =
                new Probes(10, true, "", Optional.of(new PinTest.Passed(World.START, PinTest.Way.SERVER_MINTED, 40)));
        world.routeGone = false;
        world.routeUnreadable = false;
        world.routeOdd = false;
        world.routeClosed = false;
        world.writesFail = false;
        world.savesFail = false;
        world.copiesFail = false;
        world.scalesFail = false;
        world.scalers.clear();
        for (Slot slot : Slot.values()) {
            world.wanted.put(slot, 5);
            world.ready.put(slot, 5);
            world.facts.put(slot, List.of());
            world.rolling.put(slot, false);
            if (world.revisions.getOrDefault(slot, Optional.empty()).isEmpty()) {
                world.revisions.put(slot, Optional.of(World.V1));
            }
        }
        if (world.rollout.state() instanceof RolloutState.Initializing fresh) {
            world.routeB = fresh.remembered().equals(Optional.of(Slot.B)) ? 100 : 0;
        }
    }

    static boolean endsWithin(World world, int looks) {
        for (int i = 0; i < looks; i++) {
            if (world.released || (world.rollout.state() instanceof Resting && isStill(world))) {
                return true;
            }
            if (world.rollout.state() instanceof AwaitingGit) {
                world.revisions.put(
                        world.rollout.stable(),
                        world.revisions.getOrDefault(world.rollout.candidate(), Optional.empty()));
            }
            world.look();
        }
        return false;
    }

    private static boolean isScaledBack(World world) {
        for (int i = 0; i < 60 && world.rollout.drain().isPresent(); i++) {
            world.now = world.now.plusSeconds(10);
            world.look();
        }
        if (world.rollout.isToScaleDown()) {
            world.look(3);
            world.now = world.now.plusSeconds(30);
            world.look(3);
        }
        return !world.rollout.isToScaleDown();
    }

    private static boolean isStill(World world) {
        RolloutState before = world.rollout.state();
        world.look();
        return world.released
                || (world.rollout.state().equals(before) && world.rules.isEmpty() && world.candidateShare() == 0);
    }
}
