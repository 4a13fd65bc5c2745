package io.mcprollout.policy.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinIdTest {
    @ParameterizedTest
    @CsvSource({"a-0, A, 0", "b-7, B, 7", "a-12, A, 12"})
    void isWrittenAsTheSlotsLetterAndTheIncarnation(String text, Slot slot, int incarnation) {
        // Given
        PinId pin = new PinId(slot, incarnation);

        // When
        PinId read = PinId.parse(text);

        // Then
        assertThat(read).isEqualTo(pin);
        assertThat(pin).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-7", "a", "a-", "a-x", "a--1", "a-1234567890", "c-7", "A-7", "ab-7"})
    void refusesWhatIsNoPin(String text) {
        // When / Then
        assertThatThrownBy(() -> PinId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a pin id looks like a-7 but this is " + text);
    }

    @Test
    void anIncarnationIsNeverNegative() {
        // When / Then
        assertThatThrownBy(() -> new PinId(Slot.A, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("incarnation must not be negative but is -1");
    }
}
