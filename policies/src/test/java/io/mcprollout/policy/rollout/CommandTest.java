package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.rollout.Command.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    @ParameterizedTest
    @CsvSource({"1-v2#0, 1-v2, 0", "1-v2#12, 1-v2, 12", "a#b#3, a#b, 3", "x#999999999, x, 999999999"})
    void namesARevisionAndAnAttempt(String text, String hash, int attempt) {
        // When
        Command command = Command.parse(Kind.Retry, text);

        // Then
        assertThat(command).isEqualTo(Command.of(Kind.Retry, hash, attempt));
        assertThat(command).hasToString("Retry " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-v2", "#1", "1-v2#", "1-v2#x", "1-v2#-1", "1-v2#1234567890", "12"})
    void refusesAnythingElseWithTheFormThatIsWanted(String text) {
        // When / Then
        assertThatThrownBy(() -> Command.parse(Kind.Abort, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be <hash>#<attempt>, as status shows them, but is " + text);
    }
}
