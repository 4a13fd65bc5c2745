package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ties the sign e-process out against explicit sums over all start times; the values are for pairs 10 s apart. */
class SlownessProcessTieOutTest {
    private static final Duration APART = Duration.ofSeconds(10);

    @Test
    void aCandidateThatIsTooSlowButOnce() {
        // Given
        SlownessProcess process = SlownessProcess.start();
        List<Double> seen = new ArrayList<>();

        // When
        for (int pair = 1; pair <= 12; pair++) {
            process = process.with(pair != 3, APART);
            seen.add(process.logE());
        }

        // Then
        double[] expected = {
            .237265586538,
            .542765623226,
            -.0644823087257,
            .119187320249,
            .351785232427,
            .638343881072,
            .980393661445,
            1.37560308432,
            1.81854993419,
            2.30215656471,
            2.81908397746,
            3.3626497862
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat(seen.get(i)).as("after pair " + (i + 1)).isCloseTo(expected[i], within(1e-10));
        }
    }

    @Test
    void anEventStakesMore() {
        // Given
        SlownessProcess process = SlownessProcess.start();

        // When
        double more = process.event().with(true, APART).logE();

        // Then
        assertThat(more).isGreaterThan(process.with(true, APART).logE());
    }

    @Test
    void itsStateIsReadBackBitForBit() throws UnreadableState {
        // Given
        SlownessProcess process = SlownessProcess.start().with(true, APART);
        StateWriter out = new StateWriter("v");
        process.write(out);

        // When
        SlownessProcess read = SlownessProcess.read(new StateReader(out.finish(), "v"));

        // Then
        assertThat(read.with(false, APART).logE())
                .isEqualTo(process.with(false, APART).logE());
    }
}
