package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a rollout whose status is lost, through the loop. A tag names the scenario of the field's leaders. */
class MemoryScenariosTest {
    private static Cluster at(int share) {
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(share);
        return cluster;
    }

    private static PlainRoute route(Cluster cluster) {
        return (PlainRoute) cluster.route;
    }

    @ParameterizedTest
    @EnumSource(
            value = Promotion.class,
            names = {"Replace", "Swap"})
    @Tag("competitors-30")
    void aResourceThatIsMadeAnewAfterAPromotionMovesNothing(Promotion promotion) {
        // Given
        Cluster cluster = new Cluster().promotion(promotion).release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(1));
        List<Integer> shares = List.copyOf(cluster.route.shares());
        // When
        cluster.recreate();
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(Idle.class);
        assertThat(cluster.route.shares()).isEqualTo(shares);
        assertThat(cluster.rollout().attempt()).isEqualTo(1);
    }

    @Test
    @Tag("competitors-30")
    void theSlotThatHasTheTrafficIsStableWhateverTheSpecSays() {
        // Given
        Cluster cluster = new Cluster();
        cluster.templates.put(Slot.B, Cluster.V2);
        route(cluster).setShare(100);
        cluster.loseRecord();
        // When
        cluster.recreate();
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.rollout().stable()).isEqualTo(Slot.B);
        assertThat(cluster.route.shares()).containsExactly(0);
        assertThat(cluster.share(Slot.B)).isEqualTo(100);
    }

    @Test
    void aSplitWaitsForAPersonToNameTheSlot() {
        // Given
        Cluster cluster = at(25);
        List<Integer> shares = List.copyOf(cluster.route.shares());
        cluster.recreate();
        cluster.run(Duration.ofMinutes(10));
        List<Integer> held = List.copyOf(cluster.route.shares());
        String reason = cluster.reason();
        String message = cluster.message();
        cluster.commands.add(Command.parse(Command.Kind.Adopt, "mcp-server-stable#1"));
        // When
        cluster.runUntil(Idle.class);
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        // Then
        assertThat(held).isEqualTo(shares);
        assertThat(reason).isEqualTo("AdoptionAmbiguous");
        assertThat(message).contains("mcprollout.io/adopt=<Deployment>#1 with mcp-server-stable or mcp-server-canary");
        assertThat(cluster.route.hasRules()).isFalse();
    }

    @Test
    void aRouteThatContradictsTheRecordWaitsForAPerson() {
        // Given
        Cluster cluster = at(100);
        // When
        cluster.recreate();
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(Initializing.class);
        assertThat(cluster.share(Slot.B)).isEqualTo(100);
        assertThat(cluster.message())
                .startsWith(
                        "all traffic goes to mcp-server-canary but the record says that mcp-server-stable is stable");
    }

    @Test
    void whatWasCondemnedStaysCondemned() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.failing(1));
        cluster.runUntil(RolledBack.class);
        // When
        cluster.recreate();
        cluster.runUntil(Idle.class);
        cluster.release(Cluster.V3, Version.failing(1));
        cluster.runUntil(RolledBack.class);
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(RolledBack.class);
        assertThat(cluster.rollout().attempt()).isEqualTo(2);
        assertThat(cluster.reason()).isEqualTo("Condemned");
    }

    @Test
    @Tag("competitors-32")
    void aRetryThatStaysInGitCountsOnceThoughTheResourceIsMadeAnew() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.failing(1));
        cluster.runUntil(RolledBack.class);
        cluster.commands.add(Command.parse(Command.Kind.Retry, Cluster.V2.hash() + "#1"));
        cluster.runUntil(Preparing.class);
        cluster.runUntil(RolledBack.class);
        cluster.run(Duration.ofMinutes(10));
        int attempts = cluster.rollout().attempt();
        // When
        cluster.recreate();
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(attempts).isEqualTo(2);
        assertThat(cluster.rollout().attempt()).isEqualTo(2);
        assertThat(cluster.share(Slot.B)).isZero();
    }
}
