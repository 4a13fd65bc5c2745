package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.adapter.mcp.FakeMcpServer.Heard;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When pairs are made, in which order they are handed out, and what the log says of them. */
class PacingTest {
    private static final Duration FAST = Duration.ofMillis(20);
    private final Bed bed = new Bed();

    @AfterEach
    void close() {
        bed.close();
    }

    private void stateless() {
        bed.server.on("initialize", turn -> turn.result(FakeMcpServer.INITIALIZED.formatted("2025-06-18")));
    }

    @Test
    void noPairOvertakesASlowOne() {
        // Given
        AtomicInteger initialized = new AtomicInteger();
        bed.server.on("tools/call", turn -> {
            boolean isFirstPair = initialized.getAndIncrement() < 2;
            bed.vertx.setTimer(isFirstPair ? 400 : 1, late -> turn.result("{}"));
        });

        // When
        List<ProbePair> pairs = bed.pairs(Bed.every(bed.spec(), Duration.ofMillis(100)), 4);

        // Then
        assertThat(pairs).isSortedAccordingTo(Comparator.comparingLong(ProbePair::sequence));
        assertThat(pairs).isSortedAccordingTo(Comparator.comparing(ProbePair::at));
        assertThat(pairs.getFirst().candidate().latency()).isGreaterThan(Duration.ofMillis(390));
    }

    @Test
    void eitherArmGoesFirstAsOftenAsTheOther() {
        // Given
        stateless();

        // When
        bed.pairs(Bed.every(bed.spec(), FAST), 150);

        // Then: five standard deviations of a fair coin
        List<Heard> handshakes = bed.server.heard("initialize");
        int tosses = handshakes.size() / 2;
        long stableFirst = IntStream.range(0, tosses)
                .filter(i -> handshakes
                        .get(2 * i)
                        .header("x-mcp-probe-variant")
                        .orElse("")
                        .equals("a-3"))
                .count();
        assertThat(tosses).isGreaterThan(40);
        assertThat((double) stableFirst).isCloseTo(tosses / 2.0, within(2.5 * Math.sqrt(tosses)));
    }

    @Test
    void aPairThatCannotBeMadeIsLostAndSaysSo() {
        // Given
        bed.server.on("initialize", turn -> {});
        Duration timeout = Duration.ofMillis(500);

        // When
        List<ProbePair> pairs = bed.pairs(Bed.every(Bed.within(bed.spec(), timeout), Duration.ofMillis(40)), 8);

        // Then
        assertThat(pairs.subList(0, 5))
                .allSatisfy(
                        pair -> assertThat(OutcomesTest.describe(pair.stable())).startsWith("TIMEOUT"));
        assertThat(pairs.subList(5, 8)).allSatisfy(pair -> {
            assertThat(pair.counts()).isFalse();
            assertThat(OutcomesTest.describe(pair.stable()))
                    .isEqualTo("PROBER_FAULT ProberFault the pair was not made: 5 pairs are still under way; make the"
                            + " interval longer");
        });
    }

    @Test
    void staysAwayAsLongAsTheServerAsks() {
        // Given
        bed.server.on("initialize", turn -> {
            turn.response().putHeader("retry-after", "30");
            turn.status(429, "");
        });

        // When
        List<ProbePair> pairs = bed.pairs(Bed.every(bed.spec(), Duration.ofMillis(100)), 4);

        // Then
        assertThat(OutcomesTest.describe(pairs.get(3).stable())).contains("HTTP_429", "asked to stay away until");
        assertThat(bed.server.heard()).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void anotherRhythmKeepsWhatWasSeenAndNumbersGoOnRising() {
        // Given
        ProbeOrder slow = Bed.every(bed.spec(), Bed.NEVER_AGAIN);
        bed.prober.pace(Bed.ROLLOUT, List.of(slow));
        await().until(() -> bed.server.heard("DELETE").size() == 2);

        // When
        List<ProbePair> pairs = bed.pairs(Bed.every(bed.spec(), FAST), 3);

        // Then
        assertThat(pairs).isSortedAccordingTo(Comparator.comparingLong(ProbePair::sequence));
        assertThat(pairs.stream().map(ProbePair::sequence).distinct()).hasSameSizeAs(pairs);
        assertThat(pairs.getFirst().at()).isBefore(pairs.get(1).at());
    }

    @Test
    void pairsOfAnotherIncarnationAreForgotten() {
        // Given
        bed.prober.pace(Bed.ROLLOUT, List.of(Bed.every(bed.spec(), Bed.NEVER_AGAIN)));
        await().until(() -> bed.server.heard("DELETE").size() == 2);
        ProbeOrder next = new ProbeOrder(
                bed.spec(), Slot.A, Bed.STABLE, new PinId(Slot.B, 8), Bed.PROBE_TOKEN, Duration.ofMillis(300));
        Instant changed = Instant.now();

        // When
        List<ProbePair> pairs = bed.pairs(next, 1);

        // Then
        assertThat(pairs).allSatisfy(pair -> assertThat(pair.at()).isAfterOrEqualTo(changed));
        assertThat(bed.server.heard("initialize").subList(2, 4).stream()
                        .map(one -> one.header("x-mcp-probe-variant").orElse("")))
                .containsExactlyInAnyOrder("a-3", "b-8");
    }

    @Test
    void tellsOfFailuresAndOfNothingElse() {
        // Given
        List<RolloutKey> told = new CopyOnWriteArrayList<>();
        bed.prober.onEvidence(told::add);
        bed.pair(bed.spec());
        boolean toldOfSuccess = !told.isEmpty();
        bed.server.on("initialize", turn -> {
            turn.response().headers().remove("x-mcp-variant");
            turn.status(200, "");
        });
        bed.pairs(Bed.every(bed.spec(), Duration.ofMillis(50)), 1);
        boolean toldOfFault = !told.isEmpty();
        bed.server.on("initialize", turn -> turn.status(500, ""));

        // When
        bed.pairs(Bed.every(bed.spec(), Duration.ofMillis(51)), 1);

        // Then
        assertThat(toldOfSuccess).isFalse();
        assertThat(toldOfFault).isFalse();
        assertThat(told).contains(Bed.ROLLOUT);
    }

    @Test
    void stopsWhenNothingIsOrdered() {
        // Given
        bed.prober.pace(Bed.ROLLOUT, List.of(Bed.every(bed.spec(), FAST)));
        await().until(() -> bed.drain().pairs().size() > 0);
        AtomicInteger heard = new AtomicInteger();

        // When
        bed.prober.pace(Bed.ROLLOUT, List.of());

        // Then: what was under way comes to its end, and then nothing for many intervals
        await().during(FAST.multipliedBy(15))
                .until(() -> heard.getAndSet(bed.server.heard().size())
                        == bed.server.heard().size());
    }

    @Test
    void theLogHasEveryRequestOfEachVersion() {
        // Given
        bed.server.on("tools/list", turn -> {
            if (turn.variant().equals("b-7")) {
                turn.status(503, "");
            } else {
                turn.result("{\"tools\":[{\"name\":\"echo\"}]}");
            }
        });

        // When
        bed.pairs(Bed.every(bed.spec(), FAST), 20);

        // Then
        await().until(() -> bed.drain().requests().stream().noneMatch(one -> one.finished() == null));
        Map<String, Long> counted = new HashMap<>();
        bed.requests.values().forEach(one -> counted.merge(one.slot() + " " + one.bad(), 1L, Long::sum));
        Map<String, Long> heard = new HashMap<>();
        bed.server.heard().forEach(one -> {
            boolean isCandidate = one.header("x-mcp-probe-variant").orElse("").equals("b-7");
            boolean isBad = isCandidate && one.rpc().equals("tools/list");
            heard.merge((isCandidate ? Slot.B : Slot.A) + " " + isBad, 1L, Long::sum);
        });
        assertThat(counted).isEqualTo(heard).hasSize(3);
        assertThat(bed.requests.values())
                .allSatisfy(one -> assertThat(one.finished()).isAfterOrEqualTo(one.sent()));
    }

    @Test
    void theLogShowsWhatIsInFlightAndForgetsWhatWasAskedForTwice() {
        // Given
        Instant begun = Instant.now();
        bed.server.on("tools/call", turn -> {});
        bed.prober.pace(
                Bed.ROLLOUT, List.of(Bed.every(Bed.within(bed.spec(), Duration.ofMillis(700)), Bed.NEVER_AGAIN)));
        await().until(() -> bed.server.heard("tools/call").size() == 2);

        // When
        List<ProbeRequest> first = bed.drain().requests();
        List<ProbeRequest> second = bed.drain().requests();
        List<ProbeRequest> third = bed.drain().requests();

        // Then
        assertThat(first).hasSize(8);
        assertThat(second).hasSize(8);
        assertThat(third).hasSize(2).allSatisfy(one -> {
            assertThat(one.finished()).isNull();
            assertThat(one.bad()).isFalse();
        });
        await().until(() -> bed.drain().pairs().size() == 1);
        assertThat(bed.requests.values().stream().filter(ProbeRequest::bad)).hasSize(2);
        assertThat(bed.drain().since()).isBetween(begun.minusSeconds(5), Instant.now());
    }

    @Test
    void aRequestThatAnotherVersionAnsweredIsThatVersions() {
        // Given
        bed.server.on("initialize", turn -> {
            turn.response().putHeader("x-mcp-variant", "a-3");
            turn.result("{}");
        });

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isInstanceOf(Outcome.ProberFault.class);
        assertThat(bed.requests.values().stream().map(ProbeRequest::slot)).containsOnly(Slot.A);
    }

    @Test
    void anUnreachableServerLeavesNoRequestInTheLog() {
        // Given
        bed.server.close();

        // When
        bed.pair(bed.spec());

        // Then
        assertThat(bed.requests).isEmpty();
    }
}
