package io.mcprollout.it.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.PinTest.Way;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.sandbox.server.ServerSpec;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The prober finds of a plan's rules, through the mesh and with servers made with the official SDK, what they do to sessions. */
class KeptSessionsTest {
    private static final ServerSpec STABLE = ServerSpec.stateful("1");
    private static final ServerSpec CANDIDATE = ServerSpec.stateful("2");
    private static final Duration SLOW = Duration.ofMinutes(1);

    private static SessionMesh mesh(JsonNode virtualService, boolean isScripted, boolean isTagged) {
        return new SessionMesh(
                virtualService,
                isScripted,
                isTagged ? STABLE.withSessionTag("5d8f7c") : STABLE,
                isTagged ? CANDIDATE.withSessionTag("77b9d4") : CANDIDATE,
                1);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, true, GATEWAY",
        "true, true, true, SERVER_MINTED",
        "false, true, true, SERVER_MINTED",
        "false, true, false, SERVER_MINTED",
        "true, true, false, SERVER_MINTED"
    })
    void rulesThatKeepSessionsPassAndEveryRequestIsAccountedFor(
            boolean isScripted, boolean isTagged, boolean isWhole, Way way) {
        // Given
        TrafficPlan plan = SessionMesh.plan(25);
        JsonNode route = isWhole ? SessionMesh.whole(plan) : SessionMesh.above(plan);
        try (SessionMesh mesh = mesh(route, isScripted, isTagged)) {

            // When
            mesh.probe(Duration.ofMillis(200));
            PinTest test = mesh.await(found -> !(found instanceof PinTest.Unanswered));
            mesh.quiet();

            // Then
            assertThat(test).isInstanceOfSatisfying(PinTest.Passed.class, passed -> {
                assertThat(passed.way()).isEqualTo(way);
                assertThat(passed.requests()).isEqualTo(40);
            });
            assertThat(mesh.counted("stable")).isEqualTo(mesh.logged(Slot.A)).isGreaterThan(22);
            assertThat(mesh.counted("canary")).isEqualTo(mesh.logged(Slot.B)).isGreaterThan(22);
        }
    }

    @Test
    void aPlanThatKeepsNothingLosesTheCandidatesSessions() {
        // Given
        JsonNode route = SessionMesh.above(SessionMesh.plan(0).keeping(Sessions.NONE));
        try (SessionMesh mesh = mesh(route, false, true)) {

            // When
            mesh.probe(SLOW);
            PinTest test = mesh.await(found -> !(found instanceof PinTest.Unanswered));

            // Then
            assertThat(test).isInstanceOfSatisfying(PinTest.Lost.class, lost -> {
                assertThat(lost.ownPods()).isFalse();
                assertThat(lost.what()).contains("without x-mcp-variant");
            });
        }
    }

    @Test
    void aScriptAloneKeepsNothingAboveAUsersRoute() {
        // Given
        JsonNode route = SessionMesh.above(SessionMesh.plan(0));
        try (SessionMesh mesh = mesh(route, true, false)) {

            // When
            mesh.probe(SLOW);
            PinTest test = mesh.await(found -> !(found instanceof PinTest.Unanswered));

            // Then
            assertThat(test).isInstanceOfSatisfying(PinTest.Lost.class, lost -> {
                assertThat(lost.slot()).isEqualTo(Slot.B);
                assertThat(lost.ownPods()).isFalse();
                assertThat(lost.what()).contains("with b-4 went on at a-1, which answered HTTP 404");
            });
        }
    }

    @Test
    void withoutScriptAndTagsNothingTellsSessionsApart() {
        // Given
        JsonNode route = SessionMesh.whole(SessionMesh.plan(0));
        try (SessionMesh mesh = mesh(route, false, false)) {

            // When
            mesh.probe(SLOW);
            PinTest test = mesh.await(found -> !(found instanceof PinTest.Unanswered));

            // Then
            assertThat(test).isInstanceOf(PinTest.Untagged.class);
        }
    }

    @Test
    void serversWithoutSessionsNeedNoRules() {
        // Given
        JsonNode route = SessionMesh.above(SessionMesh.plan(0).keeping(Sessions.NONE));
        try (SessionMesh mesh = new SessionMesh(route, true, ServerSpec.stateless("1"), ServerSpec.stateless("2"), 1)) {

            // When
            mesh.probe(SLOW);
            PinTest test = mesh.await(found -> !(found instanceof PinTest.Unanswered));

            // Then
            assertThat(test).isInstanceOf(PinTest.Stateless.class);
        }
    }

    @Test
    void podsThatDoNotShareSessionsAreTheirVersionsOwnAffair() {
        // Given
        JsonNode route = SessionMesh.whole(SessionMesh.plan(0));
        try (SessionMesh mesh = new SessionMesh(route, true, STABLE, CANDIDATE, 3)) {

            // When
            mesh.probe(SLOW);
            PinTest test = mesh.await(found -> !(found instanceof PinTest.Unanswered));

            // Then
            assertThat(test).isInstanceOfSatisfying(PinTest.Lost.class, lost -> {
                assertThat(lost.slot()).isEqualTo(Slot.B);
                assertThat(lost.ownPods()).isTrue();
                assertThat(lost.what()).contains("affinity");
            });
        }
    }

    @Test
    void sessionsOutliveChangesOfWeightAndTheirEndIsSeen() {
        // Given
        JsonNode route = SessionMesh.whole(SessionMesh.plan(10));
        try (SessionMesh mesh = mesh(route, true, false)) {
            mesh.probe(Duration.ofMillis(200));
            PinTest first = mesh.await(PinTest.Passed.class::isInstance);
            TrafficPlan half = SessionMesh.plan(50);
            mesh.follow(SessionMesh.whole(half));
            PinTest second = mesh.await(found -> found.begun().isAfter(first.begun()));
            Optional<String> heard = mesh.echo();

            // When
            TrafficPlan careless = SessionMesh.plan(100).keeping(Sessions.NONE);
            mesh.follow(SessionMesh.above(careless));

            // Then
            assertThat(second)
                    .isInstanceOfSatisfying(
                            PinTest.Passed.class,
                            passed -> assertThat(passed.requests()).isEqualTo(42));
            assertThat(heard).contains(half.echo());
            PinTest.Lost lost = (PinTest.Lost) mesh.await(PinTest.Lost.class::isInstance);
            assertThat(lost.what()).startsWith("a session begun ");
            await().until(() -> mesh.echo().equals(Optional.of(careless.echo())));
        }
    }
}
