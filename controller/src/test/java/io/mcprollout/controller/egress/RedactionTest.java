package io.mcprollout.controller.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No secret gets into a message, whole or in part, however it is written. */
class RedactionTest {
    private static final String SECRET = "to/ken+12=34";
    private final Redaction redaction = new Redaction(List.of("", SECRET, "to/ken"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "got to/ken+12=34 here | got *** here",
                "got to%2Fken%2B12%3D34 here | got *** here",
                "got dG8va2VuKzEyPTM0 here | got *** here",
                "Authorization: Bearer abcdef123456 | Authorization: ***",
                "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is old | jwt *** is old",
                "the bearer is gone | the bearer is gone"
            })
    void blotsOut(String text, String expected) {
        // When
        String clean = redaction.clean(text, 200);

        // Then
        assertThat(clean).isEqualTo(expected);
    }

    @Test
    void cutsOnlyWhatIsClean() {
        // Given
        String text = "x".repeat(15) + SECRET;

        // When
        String clean = redaction.clean(text, 18);

        // Then
        assertThat(clean).isEqualTo("x".repeat(15) + "***");
    }

    @Test
    void makesOneLineOfIt() {
        // When
        String clean = redaction.clean("a\r\n\tb\u0000\u202Ec \u001B[31m", 200);

        // Then
        assertThat(clean).isEqualTo("a b c [31m");
    }
}
