package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A margin that shrinks to a share of stable's own failure rate. */
class RelativeMarginTest {
    private static final Duration BLIP = Duration.ofSeconds(6);
    private static final Duration TWO = Duration.ofSeconds(2);
    private static final HarmProcess.Settings HALF = HarmProcess.Settings.mesh(.005, .5, 1, BLIP);

    @ParameterizedTest
    @CsvSource({
        "100000000, 400000, 0.0020097763",
        "100000, 400, 0.0023329783",
        "10000, 40, 0.0032397013",
        "1000, 4, .005",
        "100000, 2000, .005",
        "100000, 10, .0005",
        "100000, 0, .0005",
        "999, 0, .005",
        "0, 0, .005",
    })
    void isHalfOfTheMostThatStablesRateMayBeWithinTheFloorAndTheAbsoluteOne(long total, long bad, double margin) {
        // Given
        HarmProcess process = HarmProcess.start(HALF);

        // When
        HarmProcess next = process.knowing(new Tally(total - bad, bad));

        // Then
        assertThat(next.margin()).isCloseTo(margin, within(1e-8));
        assertThat(next.logE()).isEqualTo(process.logE());
    }

    @Test
    void onlyShrinksAlsoAcrossASavedState() throws UnreadableState {
        // Given
        HarmProcess known = HarmProcess.start(HALF).knowing(new Tally(99_600, 400));

        // When
        HarmProcess worse = saved(known).knowing(new Tally(99_000, 1000));
        HarmProcess better = saved(known).knowing(new Tally(999_000, 1000));

        // Then
        assertThat(worse.margin()).isEqualTo(known.margin());
        assertThat(better.margin()).isLessThan(.0006);
    }

    @Test
    void clusteredFailuresTellLessOfTheRate() {
        // Given
        HarmProcess process = HarmProcess.start(HALF);

        // When
        double independent = process.knowing(new Tally(99_600, 400)).margin();
        double clustered = process.tempered(9).knowing(new Tally(99_600, 400)).margin();

        // Then
        assertThat(clustered).isGreaterThan(independent);
    }

    @Test
    void withoutItNothingOfStablesPastMatters() {
        // Given
        HarmProcess process = HarmProcess.start(HarmProcess.Settings.mesh(.005, 1, BLIP));

        // When
        HarmProcess next = process.knowing(new Tally(99_900, 100));

        // Then
        assertThat(next).isSameAs(process);
    }

    @Test
    void whatIsTwoPointsOfAThousandWorseIsHarmOnlyAfterwards() {
        // Given
        HarmProcess before = HarmProcess.start(HALF);
        HarmProcess after = before.knowing(new Tally(999_000, 1000));

        // When
        for (int i = 0; i < 100; i++) {
            before = before.with(new Tally(999, 1), new Tally(997, 3), TWO, true);
            after = after.with(new Tally(999, 1), new Tally(997, 3), TWO, true);
        }

        // Then
        assertThat(before.logE()).isNegative();
        assertThat(after.logE()).isGreaterThan(Math.log(100));
    }

    @Test
    void aStateThatToleratesMoreThanThePolicyIsRefused() {
        // Given
        StateWriter out =
                new StateWriter("v1").number(1).number(10).number(.0051).number(.5);

        // When
        String line = out.finish();

        // Then
        assertThatThrownBy(() -> HarmProcess.read(new StateReader(line, "v1"), HALF))
                .isInstanceOf(UnreadableState.class)
                .hasMessage("the state tolerates a difference of 0.0051 but the policy 0.005");
    }

    private static HarmProcess saved(HarmProcess process) throws UnreadableState {
        StateWriter out = new StateWriter("v1");
        process.write(out);
        return HarmProcess.read(new StateReader(out.finish(), "v1"), HALF);
    }
}
