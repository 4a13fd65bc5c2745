package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsTest {
    private static final Counts SOME = new Counts(1, 2, 0, 3, 4, 5);

    @Test
    void peopleReadBothSlots() {
        // When
        String text = SOME.toString();

        // Then
        assertThat(text).isEqualTo("1 good and 2 bad of a, 3 good and 4 bad of b and 5 unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 0, 3, 4, 5, true",
        "0, 0, 0, 0, 0, 0, true",
        "2, 0, 0, 0, 0, 0, false",
        "0, 3, 0, 0, 0, 0, false",
        "0, 0, 3, 0, 0, 0, true",
        "0, 0, 4, 0, 0, 0, false",
        "0, 0, 0, 4, 0, 0, false",
        "0, 0, 0, 0, 5, 0, false",
        "0, 0, 0, 0, 0, 12, true",
        "0, 0, 0, 0, 0, 13, false",
    })
    void othersAreAmongThemWhateverTheUnknownOnesAre(
            long aOk, long aBad, long aEither, long bOk, long bBad, long bEither, boolean among) {
        // Given
        Counts others = new Counts(aOk, aBad, aEither, bOk, bBad, bEither);

        // When
        boolean holds = SOME.holds(others);

        // Then
        assertThat(holds).isEqualTo(among);
    }

    @Test
    void nothingAddsNothing() {
        // Given
        Counts onlyEither = new Counts(0, 0, 1, 0, 0, 0);

        // When
        Counts sum = Counts.NONE.plus(SOME).plus(Counts.NONE).plus(onlyEither);

        // Then
        assertThat(sum).isEqualTo(new Counts(1, 2, 1, 3, 4, 5));
        assertThat(onlyEither.isNone(Slot.A)).isFalse();
        assertThat(onlyEither.isNone(Slot.B)).isTrue();
    }
}
