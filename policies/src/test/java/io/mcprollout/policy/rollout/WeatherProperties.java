package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Walks of a version that is well: drains, evictions, quotas, crashes that both suffer, an API server that does not answer, a mesh without
 * numbers, restarts and lost status. Its answers are worse only while the cluster takes its pods, shortly after, or while it has too few.
 *
 * <p>That is 100,000 walks with {@code -Dmcprollout.full=true} ({@code make test FULL=1}), and else 20,000.
 */
class WeatherProperties {
    private static final int LOOKS = 80;
    private static final int WALKS_PER_TRY = Boolean.getBoolean("mcprollout.full") ? 5 : 1;
    private static final Kind[] WEATHER =
            Stream.of(Kind.values()).filter(kind -> !kind.isAgainstVersion()).toArray(Kind[]::new);
    private static final Kind[] CRASHES =
            Stream.of(Kind.values()).filter(Kind::isAgainstVersion).toArray(Kind[]::new);

    private final World world = new World();
    private Instant rough = Instant.EPOCH;
    private Optional<Run> judged = Optional.empty();
    private boolean lost;

    /** A healthy revision is never condemned by weather, and is promoted when the weather has passed. */
    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void weatherCondemnsNobody(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < WALKS_PER_TRY; i++) {
            new WeatherProperties().walk(random);
        }
    }

    private void walk(SplittableRandom random) {
        // Given
        begin(random);
        // When
        for (int i = 0; i < LOOKS; i++) {
            blow(random);
            look();
        }
        RolloutPolicyProperties.clear(world);
        boolean ends = false;
        for (int i = 0; i < 400 && !ends; i++) {
            approve();
            ends = RolloutPolicyProperties.endsWithin(world, 10);
        }
        boolean ended = ends;
        // Then
        assertThat(world.rollout.condemned()).as(world.told::toString).isEmpty();
        assertThat(ended).as(() -> world.rollout.state().toString()).isTrue();
        assertThat(lost || world.rollout.state() instanceof Promoted)
                .as(() -> world.rollout.state() + " after " + world.told)
                .isTrue();
    }

    private void begin(SplittableRandom random) {
        Plans plans = new Plans();
        plans.promotion = RolloutPolicyProperties.one(random, Promotion.values());
        plans.approvedWeight = random.nextInt(3) == 0 ? 25 : 0;
        plans.capacity = new Capacity(random.nextInt(3) / 2.0, random.nextBoolean());
        // whoever goes back when nothing is known condemns for that, whatever it was that took the knowledge
        plans.onInconclusive = random.nextBoolean() ? DeadlineAction.Hold : DeadlineAction.Rollback;
        world.desired = plans.accepted();
        world.interval = java.time.Duration.ofSeconds(random.nextInt(1, 15));
        world.lookUntil(RolloutState.Idle.class);
        world.push(World.V2);
    }

    private void look() {
        approve();
        if (run().isPresent() && isWeather()) {
            rough = world.now.plusSeconds(59);
        }
        world.look();
        // evidence that is begun anew has not seen what was before
        if (run().isPresent() && !key(run()).equals(key(judged))) {
            world.verdict = new Verdict.Pass();
            rough = Instant.EPOCH;
        }
        judged = run().or(() -> judged);
    }

    private static Optional<List<Integer>> key(Optional<Run> run) {
        return run.map(now -> List.of(now.attempt(), now.restart()));
    }

    private void approve() {
        if (world.rollout.state() instanceof RolloutState.AwaitingApproval awaiting) {
            Run run = awaiting.run();
            Command approval =
                    new Command(Command.Kind.Approve, run.revision().hash(), run.attempt(), awaiting.wanted(), "");
            if (!world.commands.contains(approval)) {
                world.commands.add(approval);
            }
        }
    }

    private Optional<Run> run() {
        return world.rollout.state() instanceof Live live ? Optional.of(live.run()) : Optional.empty();
    }

    private boolean isWeather() {
        Instant begun = run().map(Run::startedAt).orElse(Instant.MAX);
        return world.facts.getOrDefault(candidate(), List.of()).stream()
                .anyMatch(fact -> !fact.kind().isAgainstVersion() || !fact.at().isBefore(begun));
    }

    private Slot candidate() {
        return world.rollout.candidate();
    }

    private void blow(SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            return;
        }
        Slot slot = random.nextBoolean() ? Slot.A : Slot.B;
        switch (random.nextInt(14)) {
            case 0, 1 -> take(slot, random);
            case 2, 3 -> giveBack(slot);
            case 4 -> bothCrash(random);
            case 5, 6 -> world.verdict = isExcused() ? new Verdict.Fail("worse") : new Verdict.Pass();
            case 7 -> world.verdict = isPatient() ? new Verdict.Unavailable("no numbers") : new Verdict.Pass();
            case 8 -> world.verdict = new Verdict.Pass();
            case 9 -> world.routeUnreadable = random.nextBoolean();
            case 10 -> world.writesFail = random.nextBoolean();
            case 11 -> world.copiesFail = random.nextBoolean();
            case 12 -> restart();
            default -> lose(random);
        }
    }

    private void take(Slot slot, SplittableRandom random) {
        if (world.facts.getOrDefault(slot, List.of()).stream()
                .anyMatch(fact -> fact.kind().isAgainstVersion())) {
            return;
        }
        world.facts.put(slot, List.of(World.fact(RolloutPolicyProperties.one(random, WEATHER), world.now)));
        world.ready.put(slot, random.nextInt(world.wanted.getOrDefault(slot, 2) + 1));
    }

    /* What both suffer ends for both. */
    private void giveBack(Slot slot) {
        boolean crashed = world.facts.getOrDefault(slot, List.of()).stream()
                .anyMatch(fact -> fact.kind().isAgainstVersion());
        for (Slot any : crashed ? List.of(Slot.values()) : List.of(slot)) {
            world.facts.put(any, List.of());
            world.ready.put(any, world.wanted.getOrDefault(any, 2));
        }
    }

    /* A dependency that both need. */
    private void bothCrash(SplittableRandom random) {
        Kind kind = RolloutPolicyProperties.one(random, CRASHES);
        for (Slot slot : Slot.values()) {
            List<Fact> more = new ArrayList<>(world.facts.getOrDefault(slot, List.of()));
            more.add(World.fact(kind, world.now));
            world.facts.put(slot, more);
        }
    }

    private void restart() {
        world.restart();
        rough = rough.minus(World.SNAPSHOT).minus(world.interval).minusSeconds(10);
    }

    private void lose(SplittableRandom random) {
        if (random.nextInt(10) == 0) {
            lost = true;
            world.loseStatus();
        }
    }

    private boolean isPatient() {
        return world.desired instanceof Desired.Accepted accepted
                && accepted.plan().numbers().onInconclusive() == DeadlineAction.Hold;
    }

    private boolean isExcused() {
        Optional<Run> run = run();
        return run.isPresent() && (isWeather() || world.now.isBefore(rough));
    }
}
