package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ties the harm e-process out against explicit sums over all start times, computed in Python with mpmath's block e-values. The values are
 * for observations 10 s apart and a cap of 20 for each 10 s, which is a blip tolerance of 30 s.
 */
class HarmProcessTieOutTest {
    private static final Offset<Double> EXACT = within(1e-10);
    private static final Duration APART = Duration.ofSeconds(10);
    private static final Duration BLIP = Duration.ofSeconds(30);

    private final List<Double> seen = new ArrayList<>();

    @Test
    void probesOfABrokenCandidate() {
        // Given
        HarmProcess process = probes();

        // When
        repeat(process, 7, 1, 0, 1, 1);

        // Then
        assertSeen(
                .449257559864,
                1.13116061905,
                2.03135021027,
                3.08934152523,
                4.24563153861,
                5.46086541006,
                6.71224491891);
    }

    @Test
    void probesOfACandidateThatBreaksLater() {
        // Given
        HarmProcess process = probes();

        // When
        repeat(repeat(process, 4, 1, 0, 1, 0), 7, 1, 0, 1, 1);

        // Then
        assertSeen(
                -.0747281757269,
                -.100253747525,
                -.115899089834,
                -.12833126713,
                .178599028844,
                .616241475076,
                1.18748519208,
                1.87486036159,
                2.65319583893,
                3.50074198466,
                4.40251266474);
    }

    @Test
    void probesOfACommonOutage() {
        // Given
        HarmProcess process = probes();

        // When
        repeat(process, 5, 1, 1, 1, 1);

        // Then
        assertSeen(-.353192179647, -.449256810859, -.495265543722, -.524912775224, -.546856189494);
    }

    @Test
    void meshOfACandidateThatBreaks() {
        // Given
        HarmProcess process = mesh(1);

        // When
        breaking(process);

        // Then
        assertSeen(-.337464760777, .769564422801, 3.52030606181, 6.50211928111, 9.49328459444);
    }

    @Test
    void meshOfACandidateThatBreaksTempered() {
        // Given
        HarmProcess process = mesh(3);

        // When
        breaking(process);

        // Then
        assertSeen(-.217422455694, .142302693199, 2.46276946423, 5.35093535778, 8.31400049538);
    }

    @Test
    void meshOfACommonOutageAndAnEvent() {
        // Given
        HarmProcess process = mesh(1);

        // When
        HarmProcess after = repeat(process, 3, 90, 90, 10, 10).event();
        repeat(repeat(after, 1, 90, 1, 10, 10), 3, 90, 0, 10, 10);

        // Then
        assertSeen(
                -.613829766966,
                -.650740363216,
                -.672791564948,
                1.10123071604,
                3.91297969012,
                6.90174567973,
                9.89712981882);
    }

    @ParameterizedTest
    @CsvSource({
        "1, -.2747546021467, .5841469551596, 2.931912718194, 5.524756201263, 3.226151167548, 5.604752655002",
        "2, -.2143526681457, .180360616761, 1.448823390565, 2.611321288602, 1.169648446549, 2.332117006469",
    })
    void slownessOfACandidateThatGetsSlowerThroughACommonSlowSpell(
            double designEffect, double e1, double e2, double e3, double e4, double e5, double e6) {
        // Given
        HarmProcess process = HarmProcess.start(HarmProcess.Settings.slowness(designEffect, BLIP));

        // When
        HarmProcess next = repeat(process, 1, 90, 4, 10, 1);
        next = repeat(repeat(next, 1, 90, 5, 10, 4), 1, 90, 3, 10, 5);
        repeat(repeat(repeat(next, 1, 80, 9, 12, 6), 1, 90, 60, 10, 8), 1, 90, 5, 10, 5);

        // Then
        assertSeen(e1, e2, e3, e4, e5, e6);
    }

    @Test
    void meshWithoutOneArmSaysNothing() {
        // Given
        HarmProcess process = mesh(1);

        // When
        repeat(repeat(process, 1, 90, 1, 0, 0), 1, 0, 0, 10, 10);

        // Then
        assertSeen(0, 0);
    }

    @ParameterizedTest
    @CsvSource({"9,1", "90,10", "900,100", "50,50"})
    void aBrokenCandidateIsFoundInTheMeshAtTheThirdReading(long stable, long candidate) {
        // Given
        double bound = Math.log(100) - Math.log(.45);

        // When
        repeat(mesh(1), 3, stable, 0, candidate, candidate);

        // Then
        assertThat(seen.get(1)).isLessThan(bound);
        assertThat(seen.get(2)).isGreaterThanOrEqualTo(bound);
    }

    private static HarmProcess probes() {
        return HarmProcess.start(HarmProcess.Settings.probe(.005, BLIP));
    }

    private static HarmProcess mesh(double designEffect) {
        return HarmProcess.start(HarmProcess.Settings.mesh(.005, designEffect, BLIP));
    }

    private void breaking(HarmProcess process) {
        HarmProcess next = repeat(process, 1, 90, 1, 10, 0);
        next = repeat(next, 1, 90, 0, 10, 2);
        next = repeat(next, 2, 90, 1, 10, 10);
        repeat(next, 1, 90, 0, 10, 10);
    }

    private HarmProcess repeat(HarmProcess process, int times, long ns, long ks, long nc, long kc) {
        HarmProcess next = process;
        for (int i = 0; i < times; i++) {
            next = next.with(new Tally(ns - ks, ks), new Tally(nc - kc, kc), APART, true);
            seen.add(next.logE());
        }
        return next;
    }

    private void assertSeen(double... expected) {
        assertThat(seen).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(seen.get(i)).as("after observation " + (i + 1)).isCloseTo(expected[i], EXACT);
        }
    }
}
