package io.mcprollout.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CalibrateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void tellsWhatAPresetDoesToAService() {
        // When
        int exit = run("--preset", "fast", "--rps", "10", "--stable-errors", "0.4%", "--runs", "20");

        // Then
        assertThat(exit).isZero();
        assertThat(out.toString())
                .contains("Policy fast, 10 requests/s, stable fails 0.4%, steps [10, 25, 50, 100]; 20 simulated")
                .containsPattern("as good as stable +0\\.0% +100\\.0%")
                .containsPattern("broken +100\\.0% +0\\.0% +[0-9]+ s")
                .contains("Half of the healthy releases are promoted within");
    }

    @Test
    void theSameQuestionGetsTheSameAnswer() {
        // When
        run("--preset", "fast", "--rps", "3", "--runs", "10", "--json");
        String first = out.toString();
        out.getBuffer().setLength(0);
        run("--preset", "fast", "--rps", "3", "--runs", "10", "--json");

        // Then
        assertThat(out.toString()).isEqualTo(first);
    }

    @Test
    void warnsWhenThereIsTooLittleEvidence() throws IOException {
        // Given
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, """
                apiVersion: mcprollout.io/v1alpha1
                kind: McpRolloutPolicy
                metadata: {name: mine}
                spec: {harmBudget: 0.1%, deadline: 5m, pairInterval: 10s}
                """);

        // When
        int exit = run("--policy", policy.toString(), "--rps", "0.5", "--runs", "10", "--json");

        // Then
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(exit).isZero();
        assertThat(report.at("/healthy/promoted").asDouble()).isZero();
        assertThat(report.at("/healthy/medianSecondsToPromote").isNull()).isTrue();
        assertThat(report.at("/regressions")).hasSize(4);
        assertThat(report.at("/warnings/0").asText()).contains("too little evidence", "harmBudget of 0.1%");
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        // When
        int exit =
                run("--preset", "swift", "--rps", "-1", "--stable-errors", "lots", "--steps", "50,10", "--runs", "0");

        // Then
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSizeGreaterThanOrEqualTo(5)
                .anyMatch(line -> line.contains("must be one of cautious, standard, fast but is swift"))
                .anyMatch(line -> line.startsWith("--rps must be 0..100000 but is -1"))
                .anyMatch(line -> line.startsWith("--stable-errors must be a percentage"))
                .anyMatch(line -> line.startsWith("--steps: "))
                .anyMatch(line -> line.startsWith("--runs must be 1..100000 but is 0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: McpRollout | kind",
                "{kind: McpRolloutPolicy, spec: {margin: much}} | spec.margin",
                "{kind: McpRolloutPolicy, spec: {margn: 1%}} | margn",
                "'a: b: c' | is not YAML",
            })
    void refusesAPolicyThatIsWrong(String text, String named) throws IOException {
        // Given
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, text);

        // When
        int exit = run("--policy", policy.toString(), "--rps", "1");

        // Then
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("policy.yaml", named);
    }

    @Test
    void missingFilesAndMissingTrafficAreNamed() {
        assertThat(run("--policy", "nowhere.yaml", "--rps", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("--policy nowhere.yaml cannot be read");
        assertThat(run("--preset", "fast")).isEqualTo(2);
        assertThat(err.toString()).contains("--rps");
        assertThat(run("--preset", "fast", "--policy", "a", "--rps", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("only one of --policy and --preset");
    }

    @Test
    void helpListsEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--policy", "--preset", "--rps", "--stable-errors", "--steps", "--runs", "--seed", "--json");
    }

    private int run(String... arguments) {
        CommandLine line = new CalibrateCommand().line();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }
}
