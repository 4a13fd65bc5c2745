package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    /** An arm that ended with a code, or well without one. */
    private static Arm arm(@Nullable ProbeCode code) {
        Outcome outcome = code == null ? new Outcome.Ok() : Outcome.of(code, "said so");
        return new Arm(outcome, Duration.ofMillis(20), "2025-11-25", false, "");
    }

    @ParameterizedTest
    @CsvSource({
        ", , true, false",
        "TIMEOUT, , true, true",
        ", TIMEOUT, true, true",
        "TIMEOUT, TCP_REFUSED, true, false",
        "DNS_FAIL, , false, false",
        ", PROBER_FAULT, false, false",
        "HTTP_429, TIMEOUT, false, false",
    })
    void aPairSaysSomethingWhenTheProberIsNotAtFaultAndMuchWhenOneArmFailed(
            @Nullable ProbeCode stable, @Nullable ProbeCode candidate, boolean counts, boolean discordant) {
        // Given
        ProbePair pair = new ProbePair("outside", 1, START, arm(stable), arm(candidate));

        // When
        boolean isDiscordant = pair.isDiscordant();

        // Then
        assertThat(isDiscordant).isEqualTo(discordant);
        assertThat(pair.counts()).isEqualTo(counts);
    }

    @Test
    void countsAreNeverNegative() {
        // When / Then
        assertThatThrownBy(() -> new Tally(3, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("counts must not be negative but are ok 3, bad -1");
        assertThatThrownBy(() -> new Tally(-1, 3)).hasMessage("counts must not be negative but are ok -1, bad 3");
    }
}
