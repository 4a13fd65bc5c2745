package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ledger makes of counters, restarts and the prober's own requests. Slot a is stable; readings have a skew of 100 ms. */
class LedgerTest {
    private static final String GATEWAY = "gateway";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMillis(100);
    private static final Cohort COHORT = new Cohort(new Revision("1-old"), new Revision("1-new"));

    private final Map<Series, Long> counters = new HashMap<>();
    private final List<MeshBlock> blocks = new ArrayList<>();
    private Ledger ledger = Ledger.of(COHORT, Slot.A);
    private ProbeLog log = ProbeLog.startingAt(START.minusSeconds(60));

    @Test
    void theFirstReadingIsABaselineOnly() {
        // Given
        count("p1", 900, 9, 100, 5);

        // When
        read(0);

        // Then
        assertThat(blocks).isEmpty();
    }

    @Test
    void theSecondReadingGivesTheIncrements() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 80, 1, 9, 2);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(2), new Tally(80, 1), new Tally(9, 2)));
    }

    @Test
    void rolesFollowTheSlots() {
        // Given
        ledger = Ledger.of(COHORT, Slot.B);
        count("p1", 1, 0, 1, 0);
        read(0);
        count("p1", 3, 1, 40, 7);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(2), new Tally(40, 7), new Tally(3, 1)));
    }

    @Test
    void aRestartedInstanceGivesItsBaselineOnlyAndTheOthersCount() {
        // Given
        count("p1", 900, 9, 100, 5);
        count("p2", 500, 0, 50, 0);
        read(0);
        count("p2", 40, 0, 4, 1);
        counters.put(new Series("p1", Slot.A, false), 3L);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(2), new Tally(40, 0), new Tally(4, 1)));
    }

    @Test
    void afterItsRestartAnInstanceCountsFromItsNewBaseline() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        counters.put(new Series("p1", Slot.A, false), 3L);
        read(2);
        count("p1", 40, 1, 4, 0);

        // When
        read(12);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(40, 1));
        assertThat(blocks.getLast().candidate()).isEqualTo(new Tally(4, 0));
    }

    @Test
    void aNewInstanceGivesItsBaselineOnly() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 8, 0, 1, 0);
        count("p2", 5000, 50, 500, 5);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(8, 0));
        assertThat(blocks.getLast().candidate()).isEqualTo(new Tally(1, 0));
    }

    @Test
    void aSeriesThatIsNewAtAKnownInstanceCountsFromZero() {
        // Given
        counters.put(new Series("p1", Slot.A, false), 900L);
        read(0);
        counters.put(new Series("p1", Slot.A, false), 940L);
        counters.put(new Series("p1", Slot.B, true), 7L);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(40, 0));
        assertThat(blocks.getLast().candidate()).isEqualTo(new Tally(0, 7));
    }

    @Test
    void anInstanceThatLeavesIsMissedAndNothingElse() {
        // Given
        count("p1", 900, 9, 100, 5);
        count("p2", 900, 9, 100, 5);
        read(0);
        counters.keySet().removeIf(series -> series.instance().equals("p2"));
        count("p1", 8, 0, 1, 0);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(8, 0));
    }

    @ParameterizedTest
    @CsvSource({"4,1,1", "3,1,0", "40,0,0", "4000,1000,1", "3999,1000,0"})
    void aBlockClosesWhenStableHasFourTimesTheCandidatesRequests(long stable, long candidate, int closed) {
        // Given
        read(0);
        count("p1", 0, 0, 0, 0);
        read(2);
        count("p1", stable, 0, candidate, 0);

        // When
        read(4);

        // Then
        assertThat(blocks).hasSize(closed);
    }

    @Test
    void aBlockClosesAfterTenSecondsAnyway() {
        // Given
        count("p1", 10, 0, 10, 0);
        read(0);
        count("p1", 10, 0, 10, 0);
        read(9);
        count("p1", 10, 0, 10, 0);

        // When
        read(10);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(10), new Tally(20, 0), new Tally(20, 0)));
    }

    @Test
    void outcomesDoNotDecideWhenABlockCloses() {
        // Given
        count("p1", 10, 0, 10, 0);
        read(0);
        count("p1", 0, 40, 0, 10);

        // When
        read(2);

        // Then
        assertThat(blocks).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1, 0, -5})
    void refusesAReadingThatIsNotLater(int second) {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 80, 0, 9, 0);
        read(2);
        count("p1", 80, 0, 9, 0);

        // When
        read(second);

        // Then
        assertThat(blocks).hasSize(1);
        assertThat(ledger.trouble(GATEWAY)).contains("refused", "not after", GATEWAY);
    }

    @Test
    void aRefusedReadingLosesNothing() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 80, 0, 9, 0);
        read(-1);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(80, 0));
        assertThat(ledger.trouble(GATEWAY)).isEmpty();
    }

    @Test
    void refusesACounterBelowZero() {
        // Given
        read(0);
        counters.put(new Series("p1", Slot.B, true), -5L);

        // When
        read(2);

        // Then
        assertThat(blocks).isEmpty();
        assertThat(ledger.trouble(GATEWAY)).contains("gateway", "-5", "never negative");
    }

    @ParameterizedTest
    @CsvSource({"1900-01-01T00:00:00Z", "+20000-01-01T00:00:00Z"})
    void refusesATimeThatNoClockShows(String time) {
        // Given
        Counters reading = new Counters(GATEWAY, Instant.parse(time), SKEW, counters);

        // When
        Ledger.Taken taken = ledger.take(reading, log, LedgerTest::harm);

        // Then
        assertThat(taken.next().trouble(GATEWAY)).contains("no clock shows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT2H"})
    void refusesASkewThatCannotBe(String skew) {
        // Given
        Counters reading = new Counters(GATEWAY, START, Duration.parse(skew), counters);

        // When
        Ledger.Taken taken = ledger.take(reading, log, LedgerTest::harm);

        // Then
        assertThat(taken.next().trouble(GATEWAY)).contains("skew");
    }

    @Test
    void aCounterThatLeapsIsABaselineOnly() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 2_000_000_000L, 0, 9, 0);
        read(2);
        count("p1", 80, 0, 9, 0);

        // When
        read(4);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(2), at(4), new Tally(80, 0), new Tally(9, 0)));
    }

    @Test
    void saysThatACounterLeapt() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 1_000_000_001L, 0, 9, 0);

        // When
        read(2);

        // Then
        assertThat(ledger.trouble(GATEWAY)).contains("gateway", "billion");
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000_000, 1_000_000_000})
    void upToABillionRequestsInOneReadingCount(long requests) {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", requests, 0, 10, 0);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(requests, 0));
    }

    @Test
    void everyIncrementCountsOnceAcrossSavedStates() throws UnreadableState {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);

        // When
        for (int second = 2; second <= 100; second += 2) {
            count("p1", 40 + second, second % 7, 10, second % 3);
            count("p2", 4, 0, 1, 0);
            read(second);
            ledger = saved(ledger);
        }

        // Then
        long stable = blocks.stream().mapToLong(block -> block.stable().total()).sum();
        long candidate =
                blocks.stream().mapToLong(block -> block.candidate().total()).sum();
        assertThat(stable).isEqualTo(counted(Slot.A) - 909 - 4);
        assertThat(candidate).isEqualTo(counted(Slot.B) - 105 - 1);
    }

    @Test
    void aCrashReadsTheGapAsOneBlock() throws UnreadableState {
        // Given
        log = new ProbeLog(Instant.MIN, START, List.of());
        count("p1", 900, 9, 100, 5);
        read(0);
        Ledger snapshot = saved(ledger);
        count("p1", 80, 0, 9, 0);
        read(2);
        count("p1", 80, 0, 9, 0);
        ledger = snapshot;
        blocks.clear();

        // When
        read(40);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(40), new Tally(160, 0), new Tally(18, 0)));
    }

    @Test
    void anotherCohortStartsWithoutEvidenceFromTheSameBaseline() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 30, 0, 30, 0);
        read(2);
        ledger = ledger.forCohort(new Cohort(new Revision("1-old"), new Revision("1-newer")), Slot.A);
        count("p1", 80, 1, 9, 0);

        // When
        read(4);

        // Then
        assertThat(ledger.cohort().candidate()).isEqualTo(new Revision("1-newer"));
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(2), at(4), new Tally(80, 1), new Tally(9, 0)));
    }

    @Test
    void aChangeOfWeightsClosesTheBlockAtItsLastReadingAndDropsWhatFollows() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 10, 1, 9, 0);
        read(2);

        // When
        Ledger.Taken changed = ledger.closeForWeightChange(GATEWAY, at(3), LedgerTest::harm);
        ledger = changed.next();
        count("p1", 500, 50, 500, 50);
        read(4);
        count("p1", 80, 2, 9, 1);
        read(6);

        // Then
        assertThat(changed.closed().map(ClosedBlock::users))
                .contains(new MeshBlock(GATEWAY, at(0), at(2), new Tally(10, 1), new Tally(9, 0)));
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(4), at(6), new Tally(80, 2), new Tally(9, 1)));
    }

    @Test
    void aGapThatSpansAChangeOfWeightsIsDroppedWithAReason() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        ledger = ledger.closeForWeightChange(GATEWAY, at(30), LedgerTest::harm).next();
        count("p1", 80, 2, 9, 1);

        // When
        read(60);

        // Then
        assertThat(blocks).isEmpty();
        assertThat(ledger.trouble(GATEWAY)).contains("weights changed");
    }

    @Test
    void aReadingThatMayBeOfBeforeAChangeOfWeightsIsNoBaselineYet() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        ledger = ledger.closeForWeightChange(GATEWAY, at(2).minusMillis(50), LedgerTest::harm)
                .next();
        read(2);
        count("p1", 80, 2, 9, 1);

        // When
        read(4);

        // Then
        assertThat(blocks).isEmpty();
    }

    @Test
    void nothingReadIsNothingToClose() {
        // Given
        count("p1", 900, 9, 100, 5);

        // When
        Optional<MeshBlock> unread = ledger.closeForWeightChange(GATEWAY, at(0), LedgerTest::harm)
                .closed()
                .map(ClosedBlock::users);
        read(2);
        Optional<MeshBlock> baseline = ledger.closeForWeightChange(GATEWAY, at(3), LedgerTest::harm)
                .closed()
                .map(ClosedBlock::users);

        // Then
        assertThat(unread).isEmpty();
        assertThat(baseline).isEmpty();
    }

    @Test
    void notesWhyASourceCouldNotBeRead() {
        // Given
        Reading.Unreadable unreadable = new Reading.Unreadable(GATEWAY, START, "no answer within 2 s");

        // When
        Ledger next = ledger.note(unreadable);

        // Then
        assertThat(next.trouble(GATEWAY)).isEqualTo("no answer within 2 s");
    }

    @Test
    void troubleIsCutToALine() {
        // Given
        Reading.Unreadable unreadable = new Reading.Unreadable(GATEWAY, START, "x".repeat(161));

        // When
        Ledger next = ledger.note(unreadable);

        // Then
        assertThat(next.trouble(GATEWAY)).isEqualTo("x".repeat(159) + "…");
        assertThat(ledger.note(new Reading.Unreadable(GATEWAY, START, "x".repeat(160)))
                        .trouble(GATEWAY))
                .isEqualTo("x".repeat(160));
    }

    @Test
    void takesAPairOnce() {
        // Given
        ledger = ledger.take(pair(7, 10)).orElseThrow();

        // When
        Optional<Ledger> again = ledger.take(pair(7, 10));
        Optional<Ledger> sameNumberLater = ledger.take(pair(7, 11));
        Optional<Ledger> earlier = ledger.take(pair(8, 9));
        Optional<Ledger> sameTime = ledger.take(pair(8, 10));

        // Then
        assertThat(List.of(again, sameNumberLater, earlier, sameTime)).allMatch(Optional::isEmpty);
        assertThat(ledger.lastPair("outside")).contains(at(10));
    }

    @Test
    void takesTheNextPairAlsoOfAProberThatCountsAnew() {
        // Given
        ledger = ledger.take(pair(700, 10)).orElseThrow();

        // When
        Optional<Ledger> next = ledger.take(pair(1, 11));

        // Then
        assertThat(next).isPresent();
    }

    private Ledger saved(Ledger state) throws UnreadableState {
        StateWriter out = new StateWriter("v1");
        state.write(out);
        return Ledger.read(new StateReader(out.finish(), "v1"), state.cohort(), Slot.A);
    }

    private long counted(Slot slot) {
        return counters.entrySet().stream()
                .filter(counter -> counter.getKey().slot() == slot)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void count(String instance, long stableOk, long stableBad, long candidateOk, long candidateBad) {
        counters.merge(new Series(instance, Slot.A, false), stableOk, Long::sum);
        counters.merge(new Series(instance, Slot.A, true), stableBad, Long::sum);
        counters.merge(new Series(instance, Slot.B, false), candidateOk, Long::sum);
        counters.merge(new Series(instance, Slot.B, true), candidateBad, Long::sum);
    }

    private void read(int second) {
        Ledger.Taken taken = ledger.take(new Counters(GATEWAY, at(second), SKEW, counters), log, LedgerTest::harm);
        ledger = taken.next();
        taken.closed().map(ClosedBlock::users).ifPresent(blocks::add);
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static ProbePair pair(long sequence, int second) {
        Arm arm = new Arm(new Outcome.Ok(), Duration.ofMillis(20), "2025-11-25", false, "");
        return new ProbePair("outside", sequence, at(second), arm, arm);
    }

    /** The candidate's failures speak for harm, stable's against it, good requests of the candidate a little against it. */
    private static double harm(MeshBlock block) {
        return 10.0 * block.candidate().bad()
                - 10.0 * block.stable().bad()
                - block.candidate().ok();
    }
}
