package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the mesh's counts are freed from the prober's own requests. Slot a is stable; readings have a skew of 100 ms. */
class ProbeSubtractionTest {
    private static final String GATEWAY = "gateway";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMillis(100);

    private final Map<Series, Long> counters = new HashMap<>();
    private final List<MeshBlock> blocks = new ArrayList<>();
    private final List<ProbeRequest> sent = new ArrayList<>();
    private Ledger ledger = Ledger.of(new Cohort(new Revision("1-old"), new Revision("1-new")), Slot.A);
    private Instant complete = START.minusSeconds(60);

    @Test
    void takesOffWhatTheProberSent() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 1, 9, 0);
        probe(1, Slot.A, false, 1000);
        probe(2, Slot.B, true, 1200);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 1, 9, 0));
    }

    @Test
    void takesEachOffOnce() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);
        probe(1, Slot.B, true, 1000);
        read(2);
        users(80, 0, 8, 1);

        // When
        read(4);

        // Then
        assertThat(blocks.getLast()).isEqualTo(block(2, 4, 80, 0, 8, 1));
    }

    @Test
    void aFailureAtTheEndThatIsCountedIsTakenOffAtOnce() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);
        probe(1, Slot.B, true, 1950);

        // When
        read(2);
        users(80, 0, 9, 0);
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void aFailureAtTheEndThatIsCountedLaterIsTakenOffLater() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);
        log(1, Slot.B, true, 1950);
        read(2);
        users(80, 0, 9, 0);
        mesh(Slot.B, true);

        // When
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void doubtGoesWhereThereIsLessEvidenceAndIsPaidLater() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 8, 1);
        log(1, Slot.B, true, 2050);
        read(2);
        users(80, 0, 9, 0);
        mesh(Slot.B, true);

        // When
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 8, 0), block(2, 4, 80, 0, 9, 1));
    }

    @Test
    void stablesDoubtfulFailureStaysAsLongAsItSpeaksForTheCandidate() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);
        probe(1, Slot.A, true, 1950);
        read(2);
        users(79, 1, 9, 0);

        // When
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 1, 9, 0), block(2, 4, 79, 0, 9, 0));
    }

    @Test
    void aRequestInFlightIsNeitherLostNorTakenOffTwice() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 8, 1);
        log(1, Slot.B, false, null);
        read(2);
        sent.clear();
        users(80, 0, 9, 0);
        probe(1, Slot.B, true, 3000);

        // When
        read(4);

        // Then
        assertThat(sum(Slot.B)).isEqualTo(new Tally(17, 1));
    }

    @Test
    void aRequestInFlightOverManyReadingsHidesOneFailureAtMost() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        log(1, Slot.B, false, null);

        // When
        for (int second = 2; second <= 20; second += 2) {
            users(80, 0, 8, 1);
            read(second);
        }

        // Then
        assertThat(sum(Slot.B)).isEqualTo(new Tally(80, 9));
    }

    @Test
    void aRequestThatIsSentAfterTheReadingIsOfNoConcern() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 8, 1);
        sent.add(new ProbeRequest(1, Slot.B, false, START.plusMillis(2101), null));
        sent.add(new ProbeRequest(2, Slot.B, true, START.plusMillis(2101), START.plusMillis(2150)));

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 8, 1));
    }

    @Test
    void requestsBeforeTheBaselineAreOfNoConcern() {
        // Given
        probe(1, Slot.B, false, -500);
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 9, 0));
    }

    @Test
    void aRequestAtTheBaselineMayBeInItOrNot() {
        // Given
        users(0, 0, 0, 0);
        log(1, Slot.B, true, 50);
        read(0);
        users(80, 0, 9, 0);
        mesh(Slot.B, true);

        // When
        read(2);
        users(80, 0, 9, 0);
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void withoutALogOfTheWholeTimeAReadingIsABaselineOnly() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 5);
        complete = START.plusMillis(500);
        read(2);
        users(80, 0, 9, 0);

        // When
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void saysThatTheLogHasAHole() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        complete = START.plusMillis(500);

        // When
        read(2);

        // Then
        assertThat(ledger.trouble(GATEWAY)).contains("log of probes begins at");
    }

    @Test
    void theLogIsNeededFromTheLastReadingOn() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);

        // When
        read(2);

        // Then
        assertThat(ledger.probesNeededSince()).isEqualTo(START.plusSeconds(2).minus(SKEW));
    }

    @Test
    void whenTheMeshCountsLessThanWasSentItIsNotBelievedForAWhile() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);
        log(1, Slot.B, true, 1000);
        read(2);
        users(80, 0, 9, 1);
        read(4);
        users(80, 0, 9, 1);
        read(6);
        users(80, 0, 9, 0);
        read(12);
        users(80, 0, 9, 2);

        // When
        read(14);

        // Then
        assertThat(blocks).containsExactly(block(12, 14, 80, 0, 9, 2));
    }

    @Test
    void saysThatTheMeshCountsLessThanWasSent() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 9, 0);
        log(1, Slot.B, true, 1000);

        // When
        read(2);

        // Then
        assertThat(ledger.trouble(GATEWAY)).contains("mesh counted", "although the prober sent");
    }

    @Test
    void whileInstancesChangeProbesMayHaveGoneThroughTheOneThatIsNotCounted() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(80, 0, 8, 1);
        log(1, Slot.B, true, 1000);
        counters.put(new Series("p2", Slot.B, true), 1L);

        // When
        read(2);
        users(80, 0, 9, 0);
        read(4);

        // Then
        assertThat(blocks).containsExactly(block(0, 2, 80, 0, 8, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void aChangeOfWeightsTakesOffWhatIsKnown() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(9, 0, 9, 0);
        probe(1, Slot.B, true, 1000);
        probe(2, Slot.B, true, 1950);
        read(2);

        // When
        Ledger.Taken taken = ledger.closeForWeightChange(GATEWAY, START.plusSeconds(3), ProbeSubtractionTest::harm);

        // Then
        assertThat(taken.closed().map(ClosedBlock::users)).contains(block(0, 2, 9, 0, 9, 0));
    }

    @Test
    void aChangeOfWeightsDropsWhatContradictsTheLog() {
        // Given
        users(0, 0, 0, 0);
        read(0);
        users(9, 0, 9, 0);
        log(1, Slot.B, true, 1000);
        read(2);

        // When
        Ledger.Taken taken = ledger.closeForWeightChange(GATEWAY, START.plusSeconds(3), ProbeSubtractionTest::harm);

        // Then
        assertThat(taken.closed()).isEmpty();
    }

    private Tally sum(Slot slot) {
        return blocks.stream()
                .map(each -> slot == Slot.A ? each.stable() : each.candidate())
                .reduce(Tally.NONE, Tally::plus);
    }

    private static MeshBlock block(
            int from, int to, long stableOk, long stableBad, long candidateOk, long candidateBad) {
        return new MeshBlock(
                GATEWAY,
                START.plusSeconds(from),
                START.plusSeconds(to),
                new Tally(stableOk, stableBad),
                new Tally(candidateOk, candidateBad));
    }

    private void users(long stableOk, long stableBad, long candidateOk, long candidateBad) {
        counters.merge(new Series("p1", Slot.A, false), stableOk, Long::sum);
        counters.merge(new Series("p1", Slot.A, true), stableBad, Long::sum);
        counters.merge(new Series("p1", Slot.B, false), candidateOk, Long::sum);
        counters.merge(new Series("p1", Slot.B, true), candidateBad, Long::sum);
    }

    private void probe(long id, Slot slot, boolean bad, int finishedMillis) {
        log(id, slot, bad, finishedMillis);
        mesh(slot, bad);
    }

    private void mesh(Slot slot, boolean bad) {
        counters.merge(new Series("p1", slot, bad), 1L, Long::sum);
    }

    private void log(long id, Slot slot, boolean bad, @Nullable Integer finishedMillis) {
        Instant finished = finishedMillis == null ? null : START.plusMillis(finishedMillis);
        Instant began = finished == null ? START.plusMillis(1000) : finished.minusMillis(20);
        sent.add(new ProbeRequest(id, slot, bad, began, finished));
    }

    private void read(int second) {
        Instant now = START.plusSeconds(second);
        Ledger.Taken taken = ledger.take(
                new Counters(GATEWAY, now, SKEW, counters),
                new ProbeLog(complete, now, sent),
                ProbeSubtractionTest::harm);
        ledger = taken.next();
        taken.closed().map(ClosedBlock::users).ifPresent(blocks::add);
    }

    private static double harm(MeshBlock block) {
        return 10.0 * block.candidate().bad() - 10.0 * block.stable().bad();
    }
}
