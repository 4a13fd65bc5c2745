package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.stats.HarmProcess;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What taking off the prober's requests never does, whatever they were for the mesh. Readings have a skew of 100 ms. */
class LatencySubtractionProperties {
    private static final HarmProcess PROCESS =
            HarmProcess.start(HarmProcess.Settings.slowness(1, Duration.ofSeconds(6)));

    @Property(tries = 500)
    void theUsersAreAmongThePossibleAndNoLessHarmless(@ForAll long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        Histograms mesh = new Histograms();
        mesh.evidence = LatencySubtractionProperties::weigh;
        mesh.opened();
        MeshBlock users = users(random, mesh, 0, 2);

        // When
        probes(random, mesh, 0, 200, 1800);
        mesh.read(2);

        // Then
        assertThat(weigh(mesh.blocks.getFirst())).isLessThanOrEqualTo(weigh(users) + 1e-9);
        assertWithin(mesh, users, block -> block.stable().ok());
        assertWithin(mesh, users, block -> block.stable().bad());
        assertWithin(mesh, users, block -> block.candidate().ok());
        assertWithin(mesh, users, block -> block.candidate().bad());
    }

    @Property(tries = 500)
    void inTheEndEachRequestOfTheProberIsTakenOffOnceAndNoneOfUsers(@ForAll long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        Histograms mesh = new Histograms();
        mesh.evidence = LatencySubtractionProperties::weigh;
        mesh.opened();
        long users = 0;

        // When
        for (int second = 0; second < 20; second += 2) {
            MeshBlock block = users(random, mesh, second, second + 2);
            users += block.stable().total() + block.candidate().total();
            probes(random, mesh, second * 100, 1000 * second + 200, 1000 * second + 2050);
            mesh.read(second + 2);
        }
        mesh.users(100, 30, 30, 30).read(40);

        // Then
        long taken = mesh.blocks.stream()
                .mapToLong(block -> block.stable().total() + block.candidate().total())
                .sum();
        assertThat(taken).isEqualTo(users + 190);
    }

    private static double weigh(MeshBlock block) {
        return PROCESS.with(block.stable(), block.candidate(), Duration.ofSeconds(2), false)
                .logE();
    }

    private static void assertWithin(Histograms mesh, MeshBlock users, ToLongFunction<MeshBlock> count) {
        var all = mesh.possible.stream().mapToLong(count).summaryStatistics();
        assertThat(count.applyAsLong(users)).isBetween(all.getMin(), all.getMax());
    }

    private static MeshBlock users(SplittableRandom random, Histograms mesh, int from, int to) {
        int candidate = random.nextInt(1, 12);
        int slow = random.nextInt(candidate + 1);
        int stable = 4 * candidate + random.nextInt(60);
        int stableSlow = random.nextInt(1 + stable / 10);
        mesh.users(stable - stableSlow, stableSlow, candidate - slow, slow);
        return Histograms.block(from, to, stable - stableSlow, stableSlow, candidate - slow, slow);
    }

    private static void probes(SplittableRandom random, Histograms mesh, int ids, int earliest, int latest) {
        int count = random.nextInt(1, 20);
        for (int i = 0; i < count; i++) {
            Slot slot = random.nextBoolean() ? Slot.A : Slot.B;
            boolean bad = random.nextInt(10) == 0;
            int forMesh = random.nextInt(10, 180);
            int forProber = forMesh + random.nextInt(60);
            int finished = random.nextInt(earliest, latest);
            mesh.probe(ids + i, slot, bad, forProber, finished);
            if (!bad) {
                mesh.took("p1", slot, forMesh, 1);
            }
        }
    }
}
