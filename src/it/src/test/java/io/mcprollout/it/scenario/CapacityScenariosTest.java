package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Cause;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.SlotView.Scaler;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Too few pods, through the loop: on the way on and on the way back. A tag names the scenario. */
class CapacityScenariosTest {
    private static Cluster withStable(int pods) {
        Cluster cluster = new Cluster();
        size(cluster, Slot.A, pods);
        return cluster;
    }

    private static void size(Cluster cluster, Slot slot, int pods) {
        cluster.wanted.put(slot, pods);
        cluster.ready.put(slot, pods);
    }

    @Test
    @Tag("competitors-27")
    void aRollbackOntoAShrunkStableIsWarnedOfWrittenAtOnceAndSaid() {
        // Given
        Cluster cluster = withStable(6);
        size(cluster, Slot.B, 6);
        cluster.scalers.put(Slot.A, new Scaler("HorizontalPodAutoscaler stable", true, "it may shrink stable"));
        cluster.release(Cluster.V2, Version.GOOD).runUntilShare(50);
        boolean warned = cluster.events.contains("StableMayShrink: it may shrink stable");
        size(cluster, Slot.A, 1);
        Instant onset = cluster.now;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        // When
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        // Then
        assertThat(warned).isTrue();
        assertThat(Duration.between(onset, cluster.now)).isLessThanOrEqualTo(Duration.ofSeconds(15));
        assertThat(cluster.events)
                .contains("StableUndersized: All traffic returns all the same: mcp-server-stable has 1 ready pods,"
                        + " 6 when the rollout began");
        assertThat(cluster.runUntil(RolledBack.class).cause()).isEqualTo(Cause.CanaryWorse);
    }

    @Test
    @Tag("competitors-28")
    void aCanaryTooSmallForItsStepIsHeldWithTheNumberWantedAndNeverCondemned() {
        // Given
        Cluster cluster = withStable(10);
        cluster.release(Cluster.V2, Version.GOOD).runUntilShare(10);
        cluster.run(Duration.ofHours(1));
        int held = cluster.share(Slot.B);
        String said = cluster.status.orElseThrow().decision().rationale().message();
        size(cluster, Slot.B, 10);
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(held).isEqualTo(10);
        assertThat(said)
                .isEqualTo(
                        "mcp-server-canary has 2 ready pods, but 25 % of new sessions needs 3, for stable had 10 at the"
                                + " start; scale it to 3, or set spec.capacity.scale: Follow");
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    @Tag("competitors-28")
    void anOverloadedCanaryGoesBackAndIsNotCondemned() {
        // Given
        Cluster cluster = withStable(10);
        size(cluster, Slot.B, 10);
        cluster.release(Cluster.V2, Version.GOOD).runUntilShare(50);
        size(cluster, Slot.B, 2);
        Instant onset = cluster.now;
        cluster.versions.put(Cluster.V2, Version.failing(1).between(onset, onset.plusSeconds(20)));
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        cluster.run(Duration.ofMinutes(2));
        size(cluster, Slot.B, 10);
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.rollout().condemned()).isEmpty();
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 50, 0, 10, 25, 50, 100, 0);
    }
}
