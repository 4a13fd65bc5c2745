package io.mcprollout.policy.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightTest {
    @ParameterizedTest
    @ValueSource(ints = {-1, 101, 1000})
    void isNeitherBelow0NorAbove100(int percent) {
        // When / Then
        assertThatThrownBy(() -> new Weight(percent))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight must be 0..100 but is " + percent);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "10, 90", "100, 0"})
    void theRestIsWhatTheOtherSideGets(int percent, int rest) {
        // Given
        Weight weight = new Weight(percent);

        // When
        Weight other = weight.rest();

        // Then
        assertThat(other).isEqualTo(new Weight(rest));
    }

    @ParameterizedTest
    @CsvSource({"26, 25, true, 1", "25, 25, false, 0", "24, 25, false, -1"})
    void anEqualShareIsNotAbove(int percent, int than, boolean above, int order) {
        // Given
        Weight weight = new Weight(percent);

        // When
        boolean isAbove = weight.isAbove(new Weight(than));

        // Then
        assertThat(isAbove).isEqualTo(above);
        assertThat(weight.compareTo(new Weight(than))).isEqualTo(order);
    }

    @Test
    void isWrittenForPeople() {
        // When / Then
        assertThat(new Weight(25)).hasToString("25 %");
    }
}
