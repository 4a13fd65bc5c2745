package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes while nothing is rolled out. */
class QuietTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 50, 100})
    void whatSomebodyGivesToTheOtherSlotIsPutBackAtOnceAndTold(int share) {
        // Given
        World world = World.idle();
        world.routeB = share;

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.routeB).isZero();
        assertThat(decision.rationale().reason()).isEqualTo("Drift");
        assertThat(world.told("Drift"))
                .containsExactly("Somebody gave " + share
                        + " % of new sessions to mcp-b, which is not stable; it is put back to 0 %");
    }

    @Test
    void whoeverFightsIsGivenTime() {
        // Given
        World world = World.idle();
        world.interval = Duration.ofSeconds(1);
        world.routeB = 100;
        world.look();
        world.routeB = 100;

        // When
        Decision fought = world.look();

        // Then
        assertThat(world.routeB).isEqualTo(100);
        assertThat(fought.rationale().until())
                .contains(world.now.minusSeconds(2).plusSeconds(5));
    }

    @Test
    void nothingIsPutBackToAStableSlotWithoutReadyPods() {
        // Given
        World world = World.idle();
        world.ready.put(Slot.A, 0);
        world.routeB = 100;

        // When
        Decision left = world.look();
        int share = world.routeB;
        world.ready.put(Slot.A, 1);
        world.look();

        // Then
        assertThat(share).isEqualTo(100);
        assertThat(left.rationale().then()).isEqualTo("put back when mcp-a has a ready pod");
        assertThat(world.routeB).isZero();
    }

    @Test
    void rulesThatAnEarlierControllerLeftGo() {
        // Given
        World world = World.idle();
        world.rules = Set.of(new PinId(Slot.B, 3));

        // When
        world.look();

        // Then
        assertThat(world.rules).isEmpty();
        assertThat(world.told("Drift")).isEmpty();
    }

    @Test
    void aQuietRouteIsLeftAlone() {
        // Given
        World world = World.idle();

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.act()).isEqualTo(Decision.Act.LEAVE);
    }
}
