package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.adapter.mcp.FakeGateway.Heard;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.PinTest.Way;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a test of sessions does, and what it makes of what it hears. */
class PinRunTest {
    private static final Predicate<Heard> PING = one -> one.rpc().equals("ping");

    private final SessionBed bed = new SessionBed(Duration.ofHours(1));

    @AfterEach
    void close() {
        bed.close();
    }

    private static Predicate<Heard> ping(Slot slot) {
        return PING.and(one -> one.by().equals(Optional.of(slot)));
    }

    private static void lost(PinTest test, Slot slot, boolean ownPods, String... what) {
        assertThat(test).isInstanceOfSatisfying(PinTest.Lost.class, lost -> {
            assertThat(lost.slot()).isEqualTo(slot);
            assertThat(lost.ownPods()).isEqualTo(ownPods);
            assertThat(lost.what()).contains(what);
        });
    }

    private static void passed(PinTest test, Way way, int requests) {
        assertThat(test).isInstanceOfSatisfying(PinTest.Passed.class, passed -> {
            assertThat(passed.way()).isEqualTo(way);
            assertThat(passed.requests()).isEqualTo(requests);
        });
    }

    @Test
    void sessionsWithTheServersTagThatStayPass() {
        // When
        PinTest test = bed.test(bed.order());

        // Then
        passed(test, Way.SERVER_MINTED, 40);
        assertThat(bed.gateway.heard("ping"))
                .hasSize(40)
                .allSatisfy(one -> assertThat(one.session().orElse("").substring(0, 7))
                        .isEqualTo(FakeGateway.TAGS.get(one.by().orElseThrow()) + "~"));
    }

    @Test
    void everyRequestHasAConnectionOfItsOwnAndNothingButTheId() {
        // When
        bed.test(bed.order());

        // Then
        assertThat(bed.gateway.heard().stream().map(Heard::connection).distinct())
                .hasSameSizeAs(bed.gateway.heard());
        assertThat(bed.gateway.heard("ping")).allSatisfy(one -> {
            assertThat(one.isProbe()).isFalse();
            assertThat(one.headers().names().stream().filter(name -> name.startsWith("x-mcp")))
                    .isEmpty();
            assertThat(one.headers().get("mcp-protocol-version")).isEqualTo("2025-06-18");
            assertThat(one.headers().get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        });
    }

    @Test
    void sessionsWithTheScriptsTagThatStayPass() {
        // Given
        bed.gateway.isScripted = true;
        bed.gateway.prefixes.putAll(Map.of(Slot.A, "", Slot.B, ""));

        // When
        PinTest test = bed.test(bed.order());

        // Then
        passed(test, Way.GATEWAY, 40);
    }

    @Test
    void aSessionThatNoRuleKeepsIsLostToTheVersionThatAnswered() {
        // Given
        bed.gateway.kept.remove(Slot.B);
        bed.gateway.isAdoptionShown = true;

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.B, false, "a session just begun with b-7 went on at a-3", "HTTP 404", "no rule keeps it");
        assertThat(bed.gateway.heard("ping").stream()
                        .filter(one -> one.session().orElse("").startsWith("77b9d4~")))
                .hasSize(1);
    }

    @Test
    void aTaggedSessionMustBeAnsweredByName() {
        // Given
        bed.gateway.kept.remove(Slot.A);

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.A, false, "answered HTTP 200 without x-mcp-variant");
    }

    @Test
    void aSessionThatTheRulesEndIsLost() {
        // Given
        bed.gateway.isScripted = true;
        bed.gateway.prefixes.putAll(Map.of(Slot.A, "", Slot.B, ""));
        bed.gateway.kept.remove(Slot.B);

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.B, false, "HTTP 404", "no such session", "without x-mcp-variant");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stableMayPredateTags(boolean isShown) {
        // Given
        bed.gateway.prefixes.put(Slot.A, "");
        bed.gateway.isAdoptionShown = isShown;

        // When
        PinTest test = bed.test(bed.order());

        // Then
        passed(test, Way.SERVER_MINTED, 40);
    }

    @Test
    void anUntaggedSessionOfStableThatGoesToTheCandidateIsLost() {
        // Given
        bed.gateway.prefixes.put(Slot.A, "");
        bed.gateway.adopting = Slot.B;
        bed.gateway.isAdoptionShown = true;

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.A, false, "with a-3 went on at b-7");
    }

    @Test
    void idsOfTheCandidateNeedATag() {
        // Given
        bed.gateway.prefixes.put(Slot.B, "0123456789abcdef");

        // When
        PinTest test = bed.test(bed.order());

        // Then
        assertThat(test)
                .isInstanceOfSatisfying(
                        PinTest.Untagged.class,
                        untagged -> assertThat(untagged.what())
                                .contains("b-7", "\"0123456789a…\"", "77b9d4~", "mcpro1.", "MCP_REVISION")
                                .contains("metadata.labels['pod-template-hash']"));
        assertThat(bed.gateway.heard("ping")).isEmpty();
    }

    @Test
    void versionsWithoutSessionsHaveNoneToLose() {
        // Given
        bed.gateway.prefixes.clear();

        // When
        PinTest test = bed.test(bed.order());

        // Then
        assertThat(test).isInstanceOf(PinTest.Stateless.class);
        assertThat(bed.gateway.heard("ping")).isEmpty();
    }

    @Test
    void onlyTheVersionThatMintsIsFollowed() {
        // Given
        bed.gateway.prefixes.remove(Slot.A);

        // When
        PinTest test = bed.test(bed.order());

        // Then
        passed(test, Way.SERVER_MINTED, 20);
    }

    @Test
    void podsOfOneVersionThatDoNotShareSessionsAreNamedAsThat() {
        // Given: initialize on one pod, what follows on one or the other
        bed.gateway.pods(Slot.B, 2);
        bed.gateway.on(
                one -> one.rpc().startsWith("notifications/"),
                response -> response.setStatusCode(202).end());

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.B, true, "refused by b-7 itself", "HTTP 404", "session not found", "affinity");
    }

    @Test
    void aSessionThatIsForgottenBeforeItIsUsedIsLostToo() {
        // Given
        bed.gateway.on(
                one -> one.rpc().startsWith("notifications/") && one.by().equals(Optional.of(Slot.B)),
                response -> response.setStatusCode(404).end("session not found"));

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.B, true, "just begun with b-7 was refused by b-7 itself", "session not found", "affinity");
    }

    @Test
    void whenNothingListensNothingIsSaidOfSessions() {
        // Given
        var order = bed.order();
        bed.gateway.close();

        // When
        PinTest test = bed.test(order);

        // Then
        assertThat(test)
                .isInstanceOfSatisfying(
                        PinTest.Unanswered.class,
                        unanswered -> assertThat(unanswered.cause()).contains("initialize", "refused"));
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aProxyThatGotNoAnswerSaysNothingOfSessions(int status) {
        // Given
        bed.gateway.on(ping(Slot.B), response -> response.setStatusCode(status).end("upstream"));

        // When
        PinTest test = bed.test(bed.order());

        // Then
        assertThat(test)
                .isInstanceOfSatisfying(
                        PinTest.Unanswered.class,
                        unanswered -> assertThat(unanswered.cause()).contains("b-7: HTTP " + status));
        assertThat(bed.gateway.heard().stream().filter(ping(Slot.B))).hasSize(FollowUps.TRIES);
    }

    @Test
    void anotherVersionsProxyErrorIsALoss() {
        // Given
        bed.gateway.on(
                ping(Slot.B),
                response -> response.putHeader("x-mcp-variant", "a-3")
                        .setStatusCode(503)
                        .end());

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.B, false, "went on at a-3");
    }

    @Test
    void anErrorOfTheServerIsNotForgiven() {
        // Given
        bed.gateway.on(ping(Slot.B), response -> response.setStatusCode(500).end("boom"));

        // When
        PinTest test = bed.test(bed.order());

        // Then
        lost(test, Slot.B, true, "HTTP 500 (boom)");
    }

    @Test
    void aBlipIsNoLoss() {
        // Given: every seventh connection is cut
        AtomicInteger count = new AtomicInteger();
        bed.gateway.on(PING.and(one -> count.incrementAndGet() % 7 == 0), response -> response.reset());

        // When
        PinTest test = bed.test(bed.order());

        // Then
        passed(test, Way.SERVER_MINTED, 40);
        assertThat(bed.gateway.heard("ping")).hasSizeGreaterThan(40);
    }

    @Test
    void aTestEndsAtItsDeadlineAndSaysNothing() {
        // Given
        bed.gateway.on(ping(Slot.A), response -> {});

        // When
        long begun = System.nanoTime();
        PinTest test = bed.test(bed.order(SessionBed.KEPT, Bed.NEVER_AGAIN, Duration.ofMillis(400)));

        // Then
        assertThat(test)
                .isInstanceOfSatisfying(
                        PinTest.Unanswered.class,
                        unanswered -> assertThat(unanswered.cause()).contains("before the deadline"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void askedToStayAwayItDoes() {
        // Given
        bed.gateway.on(
                PING,
                response -> response.putHeader("retry-after", "30")
                        .setStatusCode(429)
                        .end());

        // When
        PinTest test = bed.test(bed.order(SessionBed.KEPT, Duration.ofMillis(200), Duration.ofSeconds(5)));

        // Then
        assertThat(test)
                .isInstanceOfSatisfying(
                        PinTest.Unanswered.class,
                        unanswered -> assertThat(unanswered.cause()).contains("HTTP 429"));
        await().until(() -> {
            bed.drain();
            return bed.pairs.stream()
                    .anyMatch(pair -> OutcomesTest.describe(pair.stable()).contains("asked to stay away"));
        });
    }

    @Test
    void withoutProbeRulesNothingIsSaidOfSessions() {
        // Given
        bed.gateway.on(one -> one.rpc().equals("initialize"), response -> {
            response.headers().remove("x-mcp-variant");
            response.setStatusCode(404).end();
        });

        // When
        PinTest test = bed.test(bed.order());

        // Then
        assertThat(test)
                .isInstanceOfSatisfying(
                        PinTest.Unanswered.class,
                        unanswered -> assertThat(unanswered.cause()).contains("initialize: HTTP 404 without"));
    }

    @Test
    void anOrderThatKeepsNoSessionsTestsNone() {
        // Given
        bed.pace(bed.order(Sessions.NONE, Duration.ofMillis(50), Duration.ofSeconds(5)));

        // When
        await().until(() -> {
            bed.drain();
            return bed.pairs.size() >= 3;
        });

        // Then
        assertThat(bed.drain().sessions()).isEmpty();
        assertThat(bed.gateway.heard("ping")).isEmpty();
    }
}
