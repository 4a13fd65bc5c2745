package io.mcprollout.controller.adapter.polled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.port.CounterReader;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.controller.port.CounterReader.Past;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rhythm of reading, and what becomes of what was read. */
class PolledMetricSourceTest {
    private static final Latency NO_LATENCY = Latency.none("not told");
    private static final RolloutKey KEY = new RolloutKey("ns", "mcp");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger reads = new AtomicInteger();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void readsAtOnceAndAtEveryIntervalUntilItIsStopped() {
        // Given
        PolledMetricSource source = source(n -> done(counted(n, n * 10L, 0)));
        source.pace(KEY, List.of(order("mesh", "known", 20)));
        List<Reading> readings = new ArrayList<>();
        await().until(() -> readings.addAll(source.drain(KEY, START)) && readings.size() >= 3);

        // When
        source.pace(KEY, List.of());
        int after = reads.get();

        // Then
        assertThat(readings).extracting(Reading::at).isSorted().doesNotHaveDuplicates();
        assertThat(readings).allMatch(Reading.Counters.class::isInstance);
        await().during(Duration.ofMillis(100)).until(() -> reads.get() <= after + 1);
        assertThat(source.drain(KEY, START)).isEmpty();
    }

    @Test
    void theSameOrderAgainChangesNothing() {
        // Given
        PolledMetricSource source = source(n -> done(counted(n, n, 0)));
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));
        await().until(() -> reads.get() == 1);

        // When
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));

        // Then
        await().during(Duration.ofMillis(100)).until(() -> reads.get() == 1);
        assertThat(source.drain(KEY, START)).hasSize(1);
    }

    @Test
    void aSourceThatNobodyConfiguredIsUnreadable() {
        // Given
        PolledMetricSource source = source(n -> done(counted(n, n, 0)));

        // When
        source.pace(KEY, List.of(order("mesh", "other", 60_000)));

        // Then
        assertThat(first(source))
                .isInstanceOfSatisfying(
                        Reading.Unreadable.class,
                        unreadable -> assertThat(unreadable.cause())
                                .isEqualTo(
                                        "no metric source is named other; the administrator's configuration has known"));
    }

    @Test
    void aReaderThatNeverAnswersIsGivenUpAtTheDeadline() {
        // Given
        PolledMetricSource source = source(n -> new CompletableFuture<>());

        // When
        source.pace(KEY, List.of(order("mesh", "known", 50)));

        // Then
        assertThat(first(source))
                .isInstanceOfSatisfying(
                        Reading.Unreadable.class,
                        unreadable ->
                                assertThat(unreadable.cause()).isEqualTo("source known did not answer within 1000 ms"));
    }

    @Test
    void aReaderThatThrowsIsUnreadable() {
        // Given
        PolledMetricSource source = source(n -> {
            throw new IllegalStateException("broken");
        });

        // When
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));

        // Then
        assertThat(first(source))
                .isInstanceOfSatisfying(
                        Reading.Unreadable.class,
                        unreadable -> assertThat(unreadable.cause()).contains("broken"));
    }

    @Test
    void whatSaysNothingNewerIsNotHandedOn() {
        // Given
        PolledMetricSource source = source(n -> done(counted(1, 5, 0)));

        // When
        source.pace(KEY, List.of(order("mesh", "known", 10)));

        // Then
        await().until(() -> reads.get() >= 5);
        assertThat(source.drain(KEY, START)).hasSize(1);
    }

    @Test
    void thePastIsAskedForOnceForEachAttemptWhateverTheRhythm() {
        // Given
        List<Tally> minutes = List.of(new Tally(99, 1));
        PolledMetricSource source =
                remembering(CompletableFuture.completedFuture(new Past.Minutes(START, Map.of(Slot.A, minutes))));
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));
        source.pace(KEY, List.of(order("mesh", "known", 50_000)));
        List<Reading> first = source.drain(KEY, START);
        source.pace(KEY, List.of());

        // When
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));

        // Then
        Reading past = new Reading.Past("mesh", START, Map.of(Slot.A, minutes));
        assertThat(first).containsOnlyOnce(past);
        assertThat(source.drain(KEY, START)).containsOnlyOnce(past);
    }

    @Test
    void aPastThatCannotBeHadIsSaidAndReadingsGoOn() {
        // Given
        PolledMetricSource source = remembering(CompletableFuture.failedFuture(new IllegalStateException("broken")));

        // When
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));

        // Then
        List<Reading> readings = new ArrayList<>();
        await().until(() -> readings.addAll(source.drain(KEY, START)) && readings.size() >= 2);
        assertThat(readings)
                .anySatisfy(reading -> assertThat(reading)
                        .isInstanceOfSatisfying(
                                Reading.Unreadable.class,
                                unknown -> assertThat(unknown.cause())
                                        .startsWith("source known tells no past of stable,"
                                                + " so the design effect starts at 2: it cannot be read: ")
                                        .contains("broken")))
                .anyMatch(Reading.Counters.class::isInstance);
    }

    private PolledMetricSource remembering(CompletionStage<Past> past) {
        CounterReader reader = new CounterReader() {
            @Override
            public CompletionStage<Count> read(MeshOrder order, Duration deadline) {
                return done(counted(reads.incrementAndGet(), 1, 0));
            }

            @Override
            public CompletionStage<Past> past(MeshOrder order, Duration deadline) {
                return past;
            }
        };
        return new PolledMetricSource(vertx, Clock.systemUTC(), Map.of("known", reader));
    }

    @Test
    void whatAReaderSaysIsSaidOfItsSource() {
        // Given
        PolledMetricSource source = source(n -> done(new Count.Failed("it shows NaN")));

        // When
        source.pace(KEY, List.of(order("mesh", "known", 60_000)));

        // Then
        assertThat(first(source))
                .isInstanceOfSatisfying(
                        Reading.Unreadable.class,
                        unreadable -> assertThat(unreadable.cause()).isEqualTo("source known: it shows NaN"));
    }

    @Test
    void aReadingFromAnHourAheadIsRefusedAndTheNextOneIsNotOldBecauseOfIt() {
        // Given
        Instant ahead = Instant.now().plusSeconds(3600);
        PolledMetricSource source = source(n -> done(
                n == 1 ? new Count.Counted(ahead, Duration.ZERO, Map.of(), Map.of(), NO_LATENCY) : counted(n, n, 0)));

        // When
        source.pace(KEY, List.of(order("mesh", "known", 20)));
        List<Reading> readings = new ArrayList<>();
        await().until(() -> readings.addAll(source.drain(KEY, START)) && readings.size() >= 2);

        // Then
        assertThat(readings)
                .anySatisfy(reading -> assertThat(reading)
                        .isInstanceOfSatisfying(
                                Reading.Unreadable.class,
                                refused -> assertThat(refused.cause()).contains("source known", "yet to come")))
                .anyMatch(Reading.Counters.class::isInstance);
    }

    @Test
    void aWindowInWhichRequestsReachedNoPodSaysNothing() {
        // Given
        PolledMetricSource source = source(n -> done(counted(n, 1000L + n * 100L, n >= 2 ? 7 : 0)));

        // When
        source.pace(KEY, List.of(order("mesh", "known", 20)));
        List<Reading> readings = new ArrayList<>();
        await().until(() -> readings.addAll(source.drain(KEY, START)) && readings.size() >= 3);

        // Then
        assertThat(readings.get(0)).isInstanceOf(Reading.Counters.class);
        assertThat(readings.get(1))
                .isInstanceOfSatisfying(
                        Reading.Unreadable.class,
                        unreadable -> assertThat(unreadable.cause()).startsWith("7 failed requests reached no pod"));
        assertThat(readings.get(2)).isInstanceOf(Reading.Counters.class);
    }

    private Reading first(PolledMetricSource source) {
        List<Reading> readings = new ArrayList<>();
        await().until(() -> readings.addAll(source.drain(KEY, START)));
        return readings.getFirst();
    }

    private interface Script {
        CompletionStage<Count> answer(int n);
    }

    private PolledMetricSource source(Script script) {
        CounterReader reader = (order, deadline) -> script.answer(reads.incrementAndGet());
        return new PolledMetricSource(vertx, Clock.systemUTC(), Map.of("known", reader));
    }

    private static CompletionStage<Count> done(Count count) {
        return CompletableFuture.completedFuture(count);
    }

    private static Count counted(int n, long good, long unattributed) {
        return new Count.Counted(
                START.plusSeconds(n),
                Duration.ZERO,
                Map.of(new Series("gw", Slot.A, false), good),
                Map.of("gw", unattributed),
                NO_LATENCY);
    }

    private static MeshOrder order(String stream, String source, long millis) {
        return new MeshOrder(stream, source, Map.of(), Duration.ofMillis(millis));
    }
}
