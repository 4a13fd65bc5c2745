package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    private final Plans plans = new Plans();

    @ParameterizedTest
    @CsvSource({
        "0 100,     steps[0].weight must be above 0 but is 0",
        "25 25 100, steps[1].weight must be above 25 but is 25",
        "50 10 100, steps[1].weight must be above 50 but is 10",
        "10 50,     the last step must have weight 100 but has 50",
    })
    void stepsRiseTo100(String weights, String problem) {
        // Given
        plans.weights =
                List.of(weights.split(" ")).stream().mapToInt(Integer::parseInt).toArray();

        // When
        List<String> problems = Plan.problems(plans.steps());

        // Then
        assertThat(problems).containsExactly(problem);
    }

    @Test
    void everyProblemIsToldAtOnce() {
        // Given
        plans.weights = new int[] {0, 50};
        plans.hold = Duration.ofSeconds(-1);

        // When / Then
        assertThatThrownBy(plans::plan)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("steps[0].weight must be above 0 but is 0; steps[0].hold must not be negative;"
                        + " steps[1].hold must not be negative; the last step must have weight 100 but has 50");
    }

    @Test
    void aPlanWithoutStepsIsNone() {
        // When
        List<String> problems = Plan.problems(List.of());

        // Then
        assertThat(problems).containsExactly("the last step must have weight 100 but has 0");
    }

    @Test
    void aSingleStepToEverythingIsLegal() {
        // Given
        plans.weights = new int[] {100};
        plans.hold = Duration.ZERO;

        // When
        List<String> problems = Plan.problems(plans.steps());

        // Then
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 10", "0, 10, 25", "1, 25, 50", "2, 50, 100", "3, 100, 100"})
    void evidenceHasToAllowTheNextShareAndInTheEndAllTraffic(int step, int weight, int after) {
        // Given
        Plan plan = plans.plan();

        // When
        Weight weightAfter = plan.weightAfter(step);

        // Then
        assertThat(weightAfter).isEqualTo(new Weight(after));
        assertThat(plan.weight(step)).isEqualTo(new Weight(weight));
    }

    @ParameterizedTest
    @CsvSource({"PT20S, PT30S, PT30S", "PT40S, PT30S, PT40S", "PT0S, PT30S, PT30S"})
    void aStepLastsAsLongAsItsHoldAndAsThePolicysDwell(Duration hold, Duration dwell, Duration lasts) {
        // Given
        plans.hold = hold;
        plans.minimumDwell = dwell;

        // When
        Duration held = plans.plan().hold(0);

        // Then
        assertThat(held).isEqualTo(lasts);
    }

    @Test
    void thePreflightLastsAsLongAsItSays() {
        // Given
        plans.preflight = Duration.ofSeconds(3);

        // When
        Duration held = plans.plan().hold(-1);

        // Then
        assertThat(held).isEqualTo(Duration.ofSeconds(3));
    }
}
