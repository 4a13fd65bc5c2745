package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the script makes of ids; {@code EnvoyEquivalenceIT} and its neighbours hold it against the real one. */
class PinScriptTest {
    private static MultiMap headers(String... pairs) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    @ParameterizedTest
    @CsvSource({
        "mcpro1.b-7~a1b2, a1b2, b-7",
        "mcpro1.b-7~mcpro1.a-6~a1b2, mcpro1.a-6~a1b2, b-7",
        "mcpro1.gone-99~a1b2, a1b2, gone-99",
        "a1b2, a1b2,",
        "5d8f7c~a1b2, 5d8f7c~a1b2,",
        "mcpro1.b-7a1b2, mcpro1.b-7a1b2,",
        "mcpro1.b-7~, mcpro1.b-7~,",
        "mcpro1.~a1b2, mcpro1.~a1b2,",
        "mcpro1.-b~a1b2, mcpro1.-b~a1b2,",
        "mcpro1.B-7~a1b2, mcpro1.B-7~a1b2,",
        "mcpro2.b-7~a1b2, mcpro2.b-7~a1b2,",
    })
    void aRequestLosesOurTagAndNothingElse(String sent, String id, String pin) {
        // Given
        MultiMap headers = headers("Mcp-Session-Id", sent);

        // When
        PinScript.request(headers);

        // Then
        assertThat(headers.get("mcp-session-id")).isEqualTo(id);
        assertThat(headers.get("x-mcp-pin")).isEqualTo(pin);
    }

    @Test
    void aPinOfTheClientsOwnIsTakenAway() {
        // Given
        MultiMap headers = headers("X-Mcp-Pin", "b-7", "mcp-session-id", "a1b2");

        // When
        PinScript.request(headers);

        // Then
        assertThat(headers.contains("x-mcp-pin")).isFalse();
    }

    @Test
    void anIdOfAnyLengthComesBackAsItWent() {
        // Given
        String id = "~x".repeat(4096);
        MultiMap answer = headers("mcp-session-id", id, "x-mcp-variant", "b-7");
        PinScript.response(answer);
        String tagged = "mcpro1.b-7~" + id;
        MultiMap request = headers("mcp-session-id", tagged);

        // When
        PinScript.request(request);

        // Then
        assertThat(answer.get("mcp-session-id")).isEqualTo(tagged);
        assertThat(request.get("mcp-session-id")).isEqualTo(id);
        assertThat(request.get("x-mcp-pin")).isEqualTo("b-7");
    }

    @ParameterizedTest
    @CsvSource({"B-7", "-b", "b_7", "''", "0123456789012345678901234567890123456789012345678901234567890123"})
    void whatIsNoVersionTagsNothing(String variant) {
        // Given
        MultiMap headers = headers("mcp-session-id", "a1b2", "x-mcp-variant", variant);

        // When
        PinScript.response(headers);

        // Then
        assertThat(headers.get("mcp-session-id")).isEqualTo("a1b2");
    }
}
