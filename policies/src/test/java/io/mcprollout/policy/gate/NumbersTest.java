package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0, .05, .005, .02, 1, 1, falseRollbackProbability",
        "1, .05, .005, .02, 1, 1, falseRollbackProbability",
        "NaN, .05, .005, .02, 1, 1, falseRollbackProbability",
        ".01, 0, .005, .02, 1, 1, falseAdvanceProbability",
        ".01, 1, .005, .02, 1, 1, falseAdvanceProbability",
        ".01, .05, -.001, .02, 1, 1, margin",
        ".01, .05, .51, .02, 1, 1, margin",
        ".01, .05, NaN, .02, 1, 1, margin",
        ".01, .05, .005, 0, 1, 1, harmBudget",
        ".01, .05, .005, 1, 1, 1, harmBudget",
        ".01, .05, .005, .02, 0, 1, scrapeInterval",
        ".01, .05, .005, .02, -1, 1, scrapeInterval",
        ".01, .05, .005, .02, 1, 0, pairInterval",
    })
    void refusesWhatCannotBe(
            double rollback, double advance, double margin, double harm, int scrape, int pair, String field) {
        // Given
        Duration scraped = Duration.ofSeconds(scrape);

        // When / Then
        assertThatThrownBy(() -> numbers(rollback, advance, margin, harm, scraped, Duration.ofSeconds(pair)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(field + " must be");
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        // Given
        Duration none = Duration.ZERO;

        // When / Then
        assertThatThrownBy(() -> numbers(0, 0, 9, 0, none, none))
                .hasMessageContaining("falseRollbackProbability")
                .hasMessageContaining("falseAdvanceProbability")
                .hasMessageContaining("margin")
                .hasMessageContaining("harmBudget")
                .hasMessageContaining("scrapeInterval")
                .hasMessageContaining("pairInterval");
    }

    @ParameterizedTest
    @CsvSource({"0", ".5"})
    void allowsTheEndsOfTheMargin(double margin) {
        // Given
        Duration second = Duration.ofSeconds(1);

        // When
        Numbers numbers = numbers(.01, .05, margin, .02, second, second);

        // Then
        assertThat(numbers.margin()).isEqualTo(margin);
    }

    @ParameterizedTest
    @CsvSource({"0", "-.5", "101", "NaN"})
    void refusesARelativeMarginThatCannotBe(double share) {
        // Given
        Duration second = Duration.ofSeconds(1);
        Numbers numbers = numbers(.01, .05, .005, .02, second, second);

        // When / Then
        assertThat(numbers.relativeMargin()).isEmpty();
        assertThatThrownBy(() -> numbers.withRelativeMargin(share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("relativeMargin must be above 0 and at most 100 but is " + share);
    }

    private static Numbers numbers(
            double rollback, double advance, double margin, double harm, Duration scrape, Duration pair) {
        return new Numbers(
                rollback,
                advance,
                margin,
                harm,
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofSeconds(6),
                scrape,
                pair,
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                .5);
    }
}
