package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorBudgetTest {
    @ParameterizedTest
    @CsvSource({
        "1,1, .45,.45,.05,.05",
        "2,3, .225,.15,.025,.016666666666666666",
        "1,0, .8181818181818182,0,.18181818181818182,0",
        "0,2, 0,.40909090909090906,0,.09090909090909091",
    })
    void sharesOfGroupsWithoutStreamsGoToTheOthers(
            int probes, int meshes, double probe, double mesh, double probeLatency, double meshLatency) {
        // Given
        double alpha = .01;

        // When
        ErrorBudget budget = ErrorBudget.of(alpha, .05, 0, probes, meshes);

        // Then
        assertThat(budget.probeShare()).isCloseTo(probe, within(1e-12));
        assertThat(budget.meshShare()).isCloseTo(mesh, within(1e-12));
        assertThat(budget.probeLatencyShare()).isCloseTo(probeLatency, within(1e-12));
        assertThat(budget.meshLatencyShare()).isCloseTo(meshLatency, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"0,100,20", "1,200,40", "3,800,160"})
    void eachRestartHalvesTheErrors(int restart, double rollback, double advance) {
        // Given
        double alpha = .01;

        // When
        ErrorBudget budget = ErrorBudget.of(alpha, .05, restart, 1, 1);

        // Then
        assertThat(Math.exp(budget.rollbackBound())).isCloseTo(rollback, within(1e-9));
        assertThat(Math.exp(budget.advanceBound())).isCloseTo(advance, within(1e-9));
    }

    @Test
    void refusesToBeSpentOnNothing() {
        // Given
        int none = 0;

        // When / Then
        assertThatThrownBy(() -> ErrorBudget.of(.01, .05, 0, none, none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one stream");
    }
}
