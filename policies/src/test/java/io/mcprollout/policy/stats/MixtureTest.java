package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixtureTest {
    private static StateReader state(double reserve, double one, double other) throws UnreadableState {
        return new StateReader(
                new StateWriter("v1").number(reserve).number(one).number(other).finish(), "v1");
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "1, 0, 1e300", ".5, .25, .25", "1e-9, 3, 4"})
    void whatAMixtureMayHoldIsRead(double reserve, double one, double other) throws UnreadableState {
        // When
        Mixture mixture = Mixture.read(state(reserve, one, other), 2);

        // Then
        assertThat(mixture.whole()).isEqualTo(reserve + one + other);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, reserve of 0.0",
        "-1, 1, 1, reserve of -1.0",
        "1.1, 1, 1, reserve of 1.1",
        ".5, -1, 1, wealth of -1.0",
        ".5, 1, -1, wealth of -1.0",
        ".5, 1, 2e300, wealth of 2.0E300",
    })
    void whatItCannotHoldIsRefusedByName(double reserve, double one, double other, String named) {
        assertThatThrownBy(() -> Mixture.read(state(reserve, one, other), 2))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "4, 2", "5, 3", "8, 3", "9, 4", "128, 7", "129, -1", "1e6, -1"})
    void howOftenAnEValueOfTwoMustFollow(double whole, int times) {
        // Given
        Mixture mixture = Mixture.start(1, 1);
        double[][] powers = {{2}, {4}, {16}};

        // When
        int repetitions = mixture.repetitionsUntil(whole, powers).orElse(-1);

        // Then
        assertThat(repetitions).isEqualTo(times);
    }

    @Test
    void aCapGivesAwayWhatIsStakedAndKeepsTheReserve() {
        // Given
        Mixture mixture = Mixture.start(2, .5).bet(0, new double[] {8, 4});

        // When
        Mixture capped = mixture.capped(2);

        // Then
        assertThat(mixture.whole()).isEqualTo(3.5);
        assertThat(capped.whole()).isEqualTo(2);
        assertThat(capped.stake(1).whole()).isEqualTo(2);
        assertThat(mixture.capped(3.5).whole()).isEqualTo(3.5);
    }
}
