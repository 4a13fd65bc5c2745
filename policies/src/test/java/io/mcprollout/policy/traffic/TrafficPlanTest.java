package io.mcprollout.policy.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficPlanTest {
    private static final PinId A = new PinId(Slot.A, 3);
    private static final PinId B = new PinId(Slot.B, 12);

    @Test
    void everyIncarnationHasAProbeRuleOfItsOwn() {
        // Given
        TrafficPlan plan = new TrafficPlan(Split.allStable(Slot.A), Set.of(B, A));

        // When
        var rules = RouteRules.above(plan, "secret");

        // Then
        assertThat(rules).extracting(RouteRule::name).containsExactly("mcprollout-probe-a-3", "mcprollout-probe-b-12");
        assertThat(rules).extracting(RouteRule::shown).containsExactly(Optional.of(A), Optional.of(B));
    }

    /* The same plan must compile to the same rules in every process, else they would be written again and again. */
    @Test
    void theRulesStandInTheOrderOfTheirNames() {
        // Given
        Set<PinId> pins = IntStream.range(0, 10)
                .mapToObj(incarnation -> new PinId(Slot.B, incarnation))
                .collect(Collectors.toSet());

        // When
        var rules = RouteRules.above(new TrafficPlan(Split.allStable(Slot.A), pins), "secret");

        // Then
        assertThat(rules).extracting(RouteRule::name).hasSize(10).isSorted();
    }

    @Test
    void goingBackTakesTheTrafficAndKeepsTheProbes() {
        // Given
        TrafficPlan plan = new TrafficPlan(new Split(Slot.B, new Weight(50)), Set.of(A, B));

        // When
        TrafficPlan back = plan.back();

        // Then
        assertThat(back).isEqualTo(new TrafficPlan(Split.allStable(Slot.B), Set.of(A, B)));
    }

    @Test
    void theSharesOfTheSlotsFollowTheirRoles() {
        // Given
        Split split = new Split(Slot.B, new Weight(25));

        // When
        Weight stable = split.share(Slot.B);
        Weight candidate = split.share(Slot.A);

        // Then
        assertThat(stable).isEqualTo(new Weight(75));
        assertThat(candidate).isEqualTo(new Weight(25));
        assertThat(split).hasToString("75/25");
    }

    @Test
    void aRevisionWithoutAHashIsNone() {
        // When / Then
        assertThatThrownBy(() -> new Revision(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a revision needs a hash");
    }
}
