package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.25S, 1 s",
        "PT31S, 31 s",
        "PT119S, 119 s",
        "PT120S, 2 min",
        "PT59M59S, 59 min",
        "PT119M, 119 min",
        "PT120M, 2 h 0 min",
        "PT125M, 2 h 5 min",
    })
    void times(String duration, String expected) {
        // Given
        Duration time = Duration.parse(duration);

        // When
        String words = Words.time(time);

        // Then
        assertThat(words).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"abc, 3, abc", "abcd, 3, ab…", "a, 3, a"})
    void cuts(String text, int most, String expected) {
        // Given
        String whole = text;

        // When
        String cut = Words.cut(whole, most);

        // Then
        assertThat(cut).isEqualTo(expected);
    }
}
