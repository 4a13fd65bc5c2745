package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which slot is stable, and who says so, through the loop. A tag names the scenario of the field's leaders. */
class RoleScenariosTest {
    private static Cluster swapped() {
        Cluster cluster = new Cluster().promotion(Promotion.Swap).release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(1));
        return cluster;
    }

    private static PlainRoute route(Cluster cluster) {
        return (PlainRoute) cluster.route;
    }

    @Test
    @Tag("competitors-31")
    void aRouteThatIsAppliedAgainFromGitDoesNotReachTheRetiredSlot() {
        // Given
        Cluster cluster = swapped();
        // When
        route(cluster).setShare(0);
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isEqualTo(100);
        assertThat(cluster.events).anyMatch(event -> event.startsWith("Drift: Somebody gave 100 % of new sessions"));
    }

    @Test
    @Tag("competitors-31")
    void aRouteThatIsAppliedAgainAfterAReplaceIsAsItWas() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(1));
        int writes = cluster.writes;
        // When
        route(cluster).setShare(0);
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.writes).isEqualTo(writes);
    }

    @Test
    void whoFightsForTheIdleRouteIsAnsweredMoreAndMoreSlowly() {
        // Given
        Cluster cluster = swapped();
        int writes = cluster.route.shares().size();
        // When
        for (int second = 0; second < 600; second++) {
            route(cluster).setShare(0);
            cluster.run(Duration.ofSeconds(1));
        }
        // Then
        assertThat(cluster.events.stream().filter(event -> event.startsWith("Drift")))
                .hasSizeBetween(5, 9);
        assertThat(cluster.route.shares()).hasSize(writes);
    }

    @Test
    void aSwapLeavesPodsAndWeightsAlone() {
        // Given
        Cluster cluster = swapped();
        List<Integer> shares = List.copyOf(cluster.route.shares());
        // When
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(shares).containsExactly(0, 10, 25, 50, 100);
        assertThat(cluster.route.shares()).isEqualTo(shares);
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V1);
        assertThat(cluster.route.hasRules()).isFalse();
    }

    @Test
    void afterASwapTheNextReleaseGoesTheOtherWay() {
        // Given
        Cluster cluster = swapped();
        cluster.release(Slot.A, Cluster.V3, Version.GOOD);
        // When
        cluster.runUntil("stable is a again", () -> cluster.rollout().stable() == Slot.A);
        cluster.run(Duration.ofMinutes(1));
        // Then
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 50, 100, 90, 75, 50, 0);
    }

    @Test
    void aSwapIsRefusedWhileGitKeepsTheRoute() {
        // Given
        Cluster cluster = new Cluster();
        route(cluster).gitManaged = true;
        cluster.promotion(Promotion.Swap).release(Cluster.V2, Version.GOOD);
        // When
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(Idle.class);
        assertThat(cluster.reason()).isEqualTo("GitManagedRoute");
        assertThat(cluster.route.shares()).containsExactly(0);
    }

    @Test
    @Tag("competitors-25")
    void aControllerThatHashesInAnotherWayStartsNothing() {
        // Given
        Cluster cluster = new Cluster();
        cluster.release(Slot.A, new Revision("2-v1"), Version.GOOD);
        cluster.release(Slot.B, new Revision("2-v1-other"), Version.GOOD);
        // When
        cluster.restartController();
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(Idle.class);
        assertThat(cluster.rollout().attempt()).isZero();
    }

    @Test
    void aTemplateOfStableThatChangesWithoutARolloutIsTold() {
        // Given
        Cluster cluster = new Cluster();
        // When
        cluster.release(Slot.A, Cluster.V3, Version.GOOD);
        cluster.run(Duration.ofMinutes(1));
        // Then
        assertThat(cluster.reason()).isEqualTo("StableChangedWithoutRollout");
        assertThat(cluster.events.stream().filter(event -> event.startsWith("StableChangedWithoutRollout")))
                .hasSize(1);
    }
}
