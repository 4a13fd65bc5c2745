package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.controller.port.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that is wrong with a probe is said at once, with its field and the fix. */
class ProbeCheckTest {
    private final Bed bed = new Bed();

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void findsNothingWrongWithAGoodProbe() {
        // When
        List<Problem> problems = bed.prober.check(List.of(bed.spec()));

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void saysEverythingAtOnce() {
        // Given
        ProbeSpec bad = Bed.through(
                Bed.within(
                        Bed.calling(
                                Bed.spec("http://169.254.169.254/latest"),
                                new ToolCall("a", "[]", List.of(new Assertion.Matches("(a)\\1"))),
                                new ToolCall(
                                        "b",
                                        "{",
                                        List.of(new Assertion.Pointer("x", "1"), new Assertion.Pointer("/x", "nope")))),
                        Duration.ZERO),
                "door");

        // When
        List<Problem> problems = bed.prober.check(List.of(bed.spec(), bad));

        // Then
        String probe = "spec.evidence.probes[1].mcp";
        assertThat(problems.stream().map(Problem::toString))
                .containsExactly(
                        probe
                                + ".url: http URL leads to the link-local or metadata address 169.254.169.254, which is not"
                                + " allowed here; use the server's public address, or let the administrator allow it"
                                + " (egress rule metadata)",
                        probe + ".connect.entryPoint: no entry point is named door; the controller's configuration has"
                                + " gateway",
                        probe + ".timeout: must be longer than 0s",
                        probe + ".tools.call[0].arguments: must be a JSON object",
                        probe + ".tools.call[0].expect[0].matches: is no regular expression that RE2 knows: invalid"
                                + " escape sequence",
                        probe + ".tools.call[1].arguments: must be a JSON object but is not valid JSON at byte 1",
                        probe + ".tools.call[1].expect[0].pointer: must be a JSON pointer like /content/0/text,"
                                + " beginning with a slash",
                        probe
                                + ".tools.call[1].expect[1].equals: must be a JSON value but is not valid JSON at byte 0");
    }
}
