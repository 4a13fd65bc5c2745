package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HarmProcessTest {
    private static final Tally GOOD = new Tally(90, 0);
    private static final Tally BROKEN = new Tally(0, 10);
    private static final Duration TWO = Duration.ofSeconds(2);
    private static final HarmProcess.Settings MESH = HarmProcess.Settings.mesh(.005, 1, Duration.ofSeconds(6));

    @ParameterizedTest
    @CsvSource({"1, 0.5", "2, 1", "4, 2", "10, 5"})
    void oneBlockWeighsAtMostTheCapForItsTime(int seconds, double caps) {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        HarmProcess next = process.with(new Tally(90_000, 0), new Tally(0, 10_000), Duration.ofSeconds(seconds), true);

        // Then
        double staked = .5 + .5 * seconds / 2400.0;
        assertThat(next.logE()).isCloseTo(Math.log(1 - staked + staked * Math.pow(20, caps)), within(1e-9));
    }

    @Test
    void withoutABlipToleranceNothingIsCapped() {
        // Given
        HarmProcess process = HarmProcess.start(HarmProcess.Settings.mesh(.005, 1, Duration.ZERO));

        // When
        HarmProcess next = process.with(new Tally(90_000, 0), new Tally(0, 10_000), TWO, true);

        // Then
        assertThat(next.logE()).isGreaterThan(650);
    }

    @Test
    void aLongGapCountsAsOneMinute() {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        HarmProcess afterAnHour = process.with(GOOD, BROKEN, Duration.ofHours(1), true);

        // Then
        assertThat(afterAnHour.logE())
                .isEqualTo(
                        process.with(GOOD, BROKEN, Duration.ofMinutes(1), true).logE());
    }

    @Test
    void timeThatGoesBackIsNoTime() {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        HarmProcess next = process.with(GOOD, BROKEN, Duration.ofSeconds(-5), true);

        // Then
        assertThat(next.logE()).isEqualTo(process.logE(), within(1e-12));
    }

    @Test
    void anEventStakesAQuarterOfTheReserve() {
        // Given
        HarmProcess process = HarmProcess.start(MESH).with(GOOD, new Tally(1000, 0), TWO, true);

        // When
        HarmProcess after = process.event();

        // Then
        assertThat(after.logE()).isCloseTo(process.logE(), within(1e-12));
        assertThat(after.with(GOOD, BROKEN, TWO, true).logE())
                .isGreaterThan(process.with(GOOD, BROKEN, TWO, true).logE() + .3);
    }

    @Test
    void learnsStablesFailuresSoThatTheyAreNotHeldAgainstTheCandidate() {
        // Given
        Tally failing = new Tally(80, 20);
        HarmProcess learned = repeat(HarmProcess.start(MESH), failing, new Tally(8, 2), true);
        HarmProcess unlearned = repeat(HarmProcess.start(MESH), failing, new Tally(8, 2), false);

        // When
        double ofLearned = pastBad(learned);

        // Then
        assertThat(ofLearned).isGreaterThan(pastBad(unlearned));
        assertThat(pastBad(unlearned)).isEqualTo(pastBad(HarmProcess.start(MESH)));
    }

    @Test
    void neverLearnsFromAnOutage() {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        HarmProcess after = process.with(new Tally(0, 90), BROKEN, TWO, true);

        // Then
        assertThat(pastBad(after)).isEqualTo(pastBad(process));
    }

    @Test
    void forgetsHalfOfStableInItsHalfLife() {
        // Given
        HarmProcess process = HarmProcess.start(HarmProcess.Settings.mesh(.005, 1, Duration.ofSeconds(30)));

        // When
        HarmProcess after = process;
        for (int i = 0; i < 10; i++) {
            after = after.with(new Tally(0, 1), Tally.NONE, Duration.ofMinutes(1), true);
        }

        // Then
        double fade = Math.pow(.5, .1);
        double bad = .5;
        for (int i = 0; i < 10; i++) {
            bad = bad * fade + 1;
        }
        assertThat(pastBad(after)).isCloseTo(bad, within(1e-9));
    }

    @Test
    void aBurstOfStableFailuresTeachesOnlyALittle() {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        HarmProcess after = process.with(new Tally(100, 90), Tally.NONE, Duration.ZERO, true);

        // Then
        assertThat(pastBad(after)).isCloseTo(.5 + 3 * 190 * .01 + 3, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"10000000,0,0,10000000", "0,10000000,10000000,0", "5,5,0,0", "0,0,5,5", "0,10000000,0,10000000"})
    void staysANumberWhateverComes(long stableOk, long stableBad, long candidateOk, long candidateBad) {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        for (int i = 0; i < 500; i++) {
            process = process.with(new Tally(stableOk, stableBad), new Tally(candidateOk, candidateBad), TWO, true);
        }

        // Then
        assertThat(process.logE()).isFinite();
    }

    @Test
    void effectsWithinTheMarginGetNoStake() {
        // Given
        HarmProcess process = HarmProcess.start(HarmProcess.Settings.mesh(.5, 1, Duration.ofSeconds(6)));

        // When
        List<String> words = words(process);

        // Then
        assertThat(words)
                .as("version, failures, requests, margin, reserve, two effects, checksum")
                .hasSize(8);
    }

    @Test
    void aMarginAsLargeAsAnEffectLeavesItOut() throws UnreadableState {
        // Given
        HarmProcess.Settings settings = HarmProcess.Settings.mesh(.01, 1, Duration.ofSeconds(6));
        HarmProcess process = HarmProcess.start(settings).with(GOOD, BROKEN, TWO, true);

        // When
        HarmProcess read = HarmProcess.read(new StateReader(state(process), "v1"), settings);

        // Then
        assertThat(words(process))
                .as("version, failures, requests, margin, reserve, seven effects, checksum")
                .hasSize(13);
        assertThat(state(read)).isEqualTo(state(process));
    }

    @Test
    void whereNoFailureCouldBeBeyondTheMarginNothingGrows() {
        // Given
        HarmProcess process = HarmProcess.start(HarmProcess.Settings.mesh(.45, 1, Duration.ofSeconds(6)));
        for (int i = 0; i < 50; i++) {
            process = process.with(new Tally(10, 90), Tally.NONE, TWO, true);
        }

        // When
        HarmProcess after = process.with(new Tally(10, 90), new Tally(1000, 0), TWO, true);

        // Then
        assertThat(after.logE()).isCloseTo(0, within(1e-12));
    }

    @Test
    void aBlockWithoutStableTeachesNothingAboutIt() {
        // Given
        HarmProcess process = HarmProcess.start(MESH);

        // When
        HarmProcess after = process.with(Tally.NONE, BROKEN, TWO, true);

        // Then
        assertThat(pastBad(after)).isEqualTo(pastBad(process));
        assertThat(after.logE()).isCloseTo(0, within(1e-12));
    }

    @Test
    void readsBackWhatItWrote() throws UnreadableState {
        // Given
        HarmProcess process = repeat(HarmProcess.start(MESH), GOOD, BROKEN, true);
        StateWriter out = new StateWriter("v1");
        process.write(out);

        // When
        HarmProcess read = HarmProcess.read(new StateReader(out.finish(), "v1"), MESH);

        // Then
        assertThat(state(read)).isEqualTo(state(process));
        assertThat(read.with(GOOD, BROKEN, TWO, true).logE())
                .isEqualTo(process.with(GOOD, BROKEN, TWO, true).logE());
    }

    @ParameterizedTest
    @CsvSource({"-1,10,.5", "1,0,.5", "1,-3,.5", "1,10,1.5", "1,10,-.1", "1,10,0"})
    void refusesAStateThatCannotBe(double bad, double total, double reserve) {
        // Given
        StateWriter out =
                new StateWriter("v1").number(bad).number(total).number(.005).number(reserve);
        for (int i = 0; i < 8; i++) {
            out.number(0);
        }
        String line = out.finish();

        // When / Then
        assertThatThrownBy(() -> HarmProcess.read(new StateReader(line, "v1"), MESH))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("the state");
    }

    @ParameterizedTest
    @CsvSource({"-.1,1", "1,1", ".95,1", ".1,.9"})
    void refusesSettingsThatCannotBe(double margin, double designEffect) {
        // Given
        Duration blip = Duration.ofSeconds(6);

        // When / Then
        assertThatThrownBy(() -> HarmProcess.Settings.mesh(margin, designEffect, blip))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(margin));
    }

    private static HarmProcess repeat(HarmProcess process, Tally stable, Tally candidate, boolean learn) {
        HarmProcess next = process;
        for (int i = 0; i < 10; i++) {
            next = next.with(stable, candidate, TWO, learn);
        }
        return next;
    }

    private static String state(HarmProcess process) {
        StateWriter out = new StateWriter("v1");
        process.write(out);
        return out.finish();
    }

    private static double pastBad(HarmProcess process) {
        return Double.longBitsToDouble(Long.parseUnsignedLong(words(process).get(1), 16));
    }

    private static List<String> words(HarmProcess process) {
        return Pattern.compile(" ").splitAsStream(state(process)).toList();
    }
}
