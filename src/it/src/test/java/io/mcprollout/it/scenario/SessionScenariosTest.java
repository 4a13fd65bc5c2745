package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Draining;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollouts of servers that keep sessions in memory: no session is lost that could be kept. */
class SessionScenariosTest {
    private final PlainRoute route = new PlainRoute();
    private final Cluster cluster = cluster();
    private final Conversations users =
            new Conversations(cluster, route, Duration.ofSeconds(60), Duration.ofSeconds(2));

    private Cluster cluster() {
        Cluster made = new Cluster(route);
        made.mintsSessions = true;
        made.traffic.usersPerSecond = 0;
        return made;
    }

    private void promotion(Promotion mode) {
        cluster.wish(new Wish.Accepted(Setups.draining(mode, Duration.ofSeconds(30), Duration.ofMinutes(10))));
    }

    private void release(Version version) {
        cluster.traffic.also = users::flow;
        cluster.run(Duration.ofSeconds(30));
        cluster.release(Cluster.V2, version);
    }

    @ParameterizedTest
    @EnumSource(
            value = Promotion.class,
            names = {"Replace", "Swap"})
    @Tag("competitors-9")
    void noSessionIsLostOrCutByAPromotion(Promotion mode) {
        // Given
        promotion(mode);
        release(Version.GOOD);

        // When
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(3));

        // Then
        assertThat(users.lost).isZero();
        assertThat(users.cut).isZero();
        assertThat(users.ended).isZero();
        assertThat(users.onCandidate).isGreaterThan(20);
        assertThat(route.kept.isNone()).isTrue();
        assertThat(cluster.events).anyMatch(event -> event.startsWith("Drained"));
    }

    @Test
    @Tag("competitors-9")
    void stableIsReplacedOnlyWhenItsSessionsAreOver() {
        // Given
        promotion(Promotion.Replace);
        users.last(Duration.ofMinutes(4));
        release(Version.GOOD);
        cluster.runUntil(Draining.class);

        // When
        cluster.run(Duration.ofSeconds(60));

        // Then
        assertThat(cluster.state()).isInstanceOf(Draining.class);
        assertThat(cluster.message()).contains("sessions of a-0 stay on mcp-server-stable");
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V1);
    }

    @Test
    void whoStaysForeverIsCutAtTheDeadlineAndThatIsTold() {
        // Given
        promotion(Promotion.Replace);
        users.last(Duration.ofHours(3));
        release(Version.GOOD);

        // When
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofSeconds(1));

        // Then
        assertThat(users.cut).isPositive();
        assertThat(cluster.events).anyMatch(event -> event.startsWith("DrainDeadline"));
    }

    @Test
    void aCallUnderWayIsNotQuiet() {
        // Given
        promotion(Promotion.Replace);
        users.last(Duration.ZERO);
        release(Version.GOOD);
        cluster.traffic.underWay = Map.of(Slot.A, 1L);
        cluster.runUntil(Draining.class);
        cluster.run(Duration.ofMinutes(3));
        boolean waited = cluster.state() instanceof Draining;
        cluster.traffic.underWay = Map.of();

        // When
        cluster.runUntil(Promoted.class);

        // Then
        assertThat(waited).isTrue();
        assertThat(users.cut).isZero();
    }

    @Test
    void aMeshThatCannotBeReadIsNoQuietOne() {
        // Given
        promotion(Promotion.Replace);
        users.last(Duration.ofMinutes(4));
        release(Version.GOOD);
        cluster.runUntil(Draining.class);
        cluster.traffic.meshDown = true;

        // When
        cluster.run(Duration.ofMinutes(3));

        // Then
        assertThat(cluster.state()).isInstanceOf(Draining.class);
    }

    @Test
    @Tag("competitors-26")
    void noSessionOfAVersionThatGoesBackIsLost() {
        // Given
        promotion(Promotion.Replace);
        release(Version.GOOD);
        cluster.runUntilShare(50);
        cluster.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));

        // When
        cluster.runUntil(RolledBack.class);
        long then = users.onCandidate;
        cluster.run(Duration.ofMinutes(3));

        // Then
        assertThat(users.lost).isZero();
        assertThat(users.ended).isZero();
        assertThat(users.onCandidate).isEqualTo(then).isPositive();
        assertThat(route.kept.isNone()).isTrue();
    }

    @Test
    void aControllerThatIsStartedAnewWaitsOn() {
        // Given
        promotion(Promotion.Replace);
        release(Version.GOOD);
        cluster.runUntilShare(50);
        cluster.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        cluster.runUntil(RolledBack.class);
        cluster.restartController();

        // When
        cluster.run(Duration.ofMinutes(3));

        // Then
        assertThat(users.lost).isZero();
        assertThat(users.ended).isZero();
        assertThat(route.kept.isNone()).isTrue();
    }

    @Test
    @Tag("competitors-31")
    void rulesThatAreAppliedAwayWhileSessionsAreKeptComeBack() {
        // Given
        promotion(Promotion.Swap);
        release(Version.GOOD);
        cluster.runUntil(Promoted.class);
        var kept = route.kept;
        route.applyAway();

        // When
        cluster.tick();

        // Then
        assertThat(kept.pins()).containsKey(Slot.A);
        assertThat(route.kept).isEqualTo(kept);
        assertThat(cluster.share(Slot.B)).isEqualTo(100);
    }

    @Test
    void withoutATestNobodyIsSentToTheNewVersion() {
        // Given
        cluster.traffic.pinTest = at -> new PinTest.Lost(at, Slot.B, false, "a-0 answered");
        release(Version.GOOD);

        // When
        cluster.run(Duration.ofMinutes(2));

        // Then
        assertThat(cluster.state()).isInstanceOf(Preparing.class);
        assertThat(cluster.reason()).isEqualTo("SessionsLost");
        assertThat(users.onCandidate).isZero();
    }

    @Test
    void aPersonIsToldUntilWhenACommitCutsSessions() {
        // Given
        promotion(Promotion.Git);
        release(Version.GOOD);

        // When
        cluster.runUntil(AwaitingGit.class);
        cluster.run(Duration.ofSeconds(5));
        String early = cluster.message();
        cluster.run(Duration.ofMinutes(3));

        // Then
        assertThat(early).contains("when its sessions are over");
        assertThat(cluster.message()).doesNotContain("when its sessions are over");
    }
}
