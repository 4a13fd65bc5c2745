package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.adapter.mcp.FakeGateway.Heard;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When sessions are tested, which of them stay open, and what a test leaves alone. */
class PinTesterTest {
    private static final Duration OFTEN = Duration.ofMillis(300);
    private static final Duration SELDOM = Duration.ofHours(1);

    private SessionBed bed = new SessionBed(OFTEN);

    @AfterEach
    void close() {
        bed.close();
    }

    /** A bed in which no test is made but for a reason. */
    private void seldom() {
        bed.close();
        bed = new SessionBed(SELDOM);
    }

    private Set<String> open() {
        Set<String> open = new HashSet<>();
        bed.gateway.heard("ping").forEach(one -> open.add(one.session().orElse("")));
        bed.gateway.heard("DELETE").forEach(one -> open.remove(one.session().orElse("")));
        return open;
    }

    @Test
    void testsGoOnAndOneSessionOfEachVersionStaysOpen() {
        // Given
        PinTest first = bed.test(bed.order());

        // When
        PinTest later = bed.awaitTest(found -> found instanceof PinTest.Passed passed
                && passed.begun().isAfter(first.begun().plus(OFTEN.multipliedBy(2))));

        // Then: one more request on the old sessions, twenty on the new ones
        assertThat(((PinTest.Passed) first).requests()).isEqualTo(40);
        assertThat(((PinTest.Passed) later).requests()).isEqualTo(42);
        assertThat(first.begun()).isBefore(later.begun());
        String oldest = bed.gateway.heard("ping").getFirst().session().orElse("");
        assertThat(open()).contains(oldest).hasSizeBetween(2, 4);
    }

    @Test
    void sessionsThatWereKeptAreEndedWithTheOrders() {
        // Given
        bed.test(bed.order());

        // When
        bed.quiet();

        // Then
        await().untilAsserted(() -> assertThat(open()).isEmpty());
        assertThat(bed.drain().sessions()).isEmpty();
    }

    @Test
    void aSessionThatChangesItsVersionLaterIsLost() {
        // Given
        bed.test(bed.order());
        bed.gateway.isAdoptionShown = true;

        // When
        bed.gateway.kept.remove(Slot.B);

        // Then
        PinTest.Lost lost = (PinTest.Lost) bed.awaitTest(PinTest.Lost.class::isInstance);
        assertThat(lost.slot()).isEqualTo(Slot.B);
        assertThat(lost.ownPods()).isFalse();
        assertThat(lost.what()).matches("a session begun \\d s ago with b-7 went on at a-3, which answered HTTP 404.*");
    }

    @Test
    void aSessionWhosePodsWereReplacedIsLostByItsOwnVersionAndThenForgotten() {
        // Given
        bed.test(bed.order());

        // When
        bed.gateway.pods(Slot.A, 1);

        // Then
        PinTest.Lost lost = (PinTest.Lost) bed.awaitTest(PinTest.Lost.class::isInstance);
        assertThat(lost.slot()).isEqualTo(Slot.A);
        assertThat(lost.ownPods()).isTrue();
        assertThat(lost.what()).startsWith("a session begun ").contains("ago with a-3 was refused by a-3 itself");
        assertThat(bed.awaitTest(PinTest.Passed.class::isInstance).begun()).isAfter(lost.begun());
    }

    @Test
    void aLossIsToldAtOnce() {
        // Given
        List<RolloutKey> told = new CopyOnWriteArrayList<>();
        bed.prober.onEvidence(told::add);
        bed.gateway.kept.remove(Slot.B);

        // When
        bed.test(bed.order());

        // Then
        await().until(() -> told.contains(Bed.ROLLOUT));
    }

    @Test
    void otherSessionsAreTestedAtOnceAndPairsAreNotForgotten() {
        // Given
        seldom();
        ProbeOrder before = bed.order(SessionBed.sessions(Slot.B), Bed.NEVER_AGAIN, Duration.ofSeconds(5));
        bed.pace(before);
        await().until(() -> bed.gateway.heard("tools/call").size() == 2
                && bed.gateway.heard("ping").size() == 40);
        Instant changed = Instant.now();

        // When
        bed.pace(bed.order());

        // Then
        PinTest.Passed passed = (PinTest.Passed) bed.awaitTest(found -> true);
        assertThat(passed.begun()).isAfterOrEqualTo(changed);
        assertThat(passed.requests()).isEqualTo(42);
        await().until(() -> !bed.drain().pairs().isEmpty() || !bed.pairs.isEmpty());
        assertThat(bed.pairs).hasSize(1);
        assertThat(bed.pairs.getFirst().at()).isBefore(changed);
    }

    @Test
    void anotherRhythmOfPairsNeitherForgetsNorRepeatsATest() {
        // Given
        seldom();
        PinTest first = bed.test(bed.order());

        // When
        bed.pace(bed.order(SessionBed.KEPT, Duration.ofMillis(50), Duration.ofSeconds(5)));

        // Then
        await().until(() -> {
            bed.drain();
            return bed.pairs.size() > 4;
        });
        assertThat(bed.drain().sessions()).containsEntry(SessionBed.STREAM, first);
    }

    @Test
    void anotherIncarnationForgetsTheTestAndEndsTheSessions() {
        // Given
        seldom();
        bed.test(bed.order());
        ProbeOrder order = bed.order();
        Sessions none = Sessions.NONE;

        // When
        bed.pace(new ProbeOrder(
                order.spec(), Slot.A, Bed.STABLE, new PinId(Slot.B, 8), Bed.PROBE_TOKEN, Bed.NEVER_AGAIN, none));

        // Then
        assertThat(bed.drain().sessions()).isEmpty();
        await().untilAsserted(() -> assertThat(open()).isEmpty());
    }

    @Test
    void whenTheGatewayFollowsAnotherPlanATestIsMade() {
        // Given
        bed.close();
        bed = new SessionBed(Duration.ofSeconds(6));
        PinTest first = bed.test(bed.order(SessionBed.KEPT, Duration.ofMillis(100), Duration.ofSeconds(5)));
        Instant changed = Instant.now();

        // When
        bed.gateway.echo = Optional.of("plan-2");

        // Then
        PinTest next = bed.awaitTest(found -> found.begun().isAfter(first.begun()));
        assertThat(next.begun()).isBetween(first.begun().plusMillis(990), changed.plusSeconds(3));
    }

    @Test
    void pairsGoOnWhileATestWaits() {
        // Given
        bed.gateway.on(one -> one.rpc().equals("ping"), response -> {});
        bed.pace(bed.order(SessionBed.KEPT, Duration.ofMillis(100), Duration.ofSeconds(10)));
        await().until(() -> bed.gateway.heard("ping").size() == 2);
        int before = bed.pairs.size();

        // When
        await().until(() -> {
            bed.drain();
            return bed.pairs.size() >= before + 10;
        });

        // Then
        assertThat(bed.pairs)
                .isNotEmpty()
                .allSatisfy(pair -> assertThat(pair.counts()).isTrue());
        assertThat(bed.drain().sessions()).isEmpty();
        assertThat(bed.gateway.heard("ping")).hasSize(2);
    }

    @Test
    void everyRequestIsInTheLogOfTheVersionThatItWentTo() {
        // Given: what is asked with sessions of the candidate goes to stable after a while
        bed.test(bed.order(SessionBed.KEPT, Duration.ofMillis(50), Duration.ofSeconds(5)));
        bed.gateway.isAdoptionShown = true;
        bed.gateway.kept.remove(Slot.B);
        bed.awaitTest(PinTest.Lost.class::isInstance);

        // When
        bed.quiet();

        // Then
        await().untilAsserted(() -> {
            bed.drain();
            Map<Slot, Long> heard = new EnumMap<>(Slot.class);
            for (Heard one : bed.gateway.heard()) {
                heard.merge(one.by().orElseThrow(), 1L, Long::sum);
            }
            Map<Slot, Long> logged = new EnumMap<>(Slot.class);
            for (ProbeRequest one : bed.requests.values()) {
                logged.merge(one.slot(), 1L, Long::sum);
            }
            assertThat(logged).isEqualTo(heard).hasSize(2);
        });
        assertThat(bed.requests.values().stream().filter(ProbeRequest::bad)).isEmpty();
    }
}
