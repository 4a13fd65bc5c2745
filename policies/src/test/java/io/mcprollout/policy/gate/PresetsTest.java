package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped presets are the numbers of the design. */
class PresetsTest {
    static Stream<Arguments> presets() {
        return Stream.of(
                Arguments.of("cautious", Presets.CAUTIOUS),
                Arguments.of("standard", Presets.STANDARD),
                Arguments.of("fast", Presets.FAST));
    }

    @ParameterizedTest
    @MethodSource("presets")
    void stateTheNumbers(String name, Numbers expected) throws IOException {
        // Given
        String yaml = read(name);

        // When
        Map<String, String> fields = fields(yaml);

        // Then
        assertThat(fields)
                .containsEntry("apiVersion", "mcprollout.io/v1alpha1")
                .containsEntry("kind", "McpRolloutPolicy")
                .containsEntry("name", name);
        assertThat(numbers(fields)).isEqualTo(expected);
    }

    private static String read(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                Numbers.class.getResourceAsStream("/io/mcprollout/policy/presets/" + name + ".yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> fields(String yaml) {
        Map<String, String> fields = new TreeMap<>();
        yaml.lines().filter(line -> line.contains(": ")).forEach(line -> {
            String[] parts = line.strip().split(": ", 2);
            fields.put(parts[0], parts[1].replace("\"", ""));
        });
        return fields;
    }

    private static Numbers numbers(Map<String, String> fields) {
        return new Numbers(
                share(fields, "falseRollbackProbability"),
                share(fields, "falseAdvanceProbability"),
                share(fields, "margin"),
                share(fields, "harmBudget"),
                time(fields, "minimumDwell"),
                time(fields, "deadline"),
                time(fields, "blipTolerance"),
                time(fields, "scrapeInterval"),
                time(fields, "pairInterval"),
                Numbers.DeadlineAction.valueOf(field(fields, "onInconclusive")),
                time(fields, "noDataDeadline"),
                time(fields, "holdWindow"),
                share(fields, "tolerableSlowdown"));
    }

    private static double share(Map<String, String> fields, String name) {
        return Double.parseDouble(field(fields, name).replace("%", "")) / 100;
    }

    private static Duration time(Map<String, String> fields, String name) {
        return Duration.parse("PT" + field(fields, name));
    }

    private static String field(Map<String, String> fields, String name) {
        return Objects.requireNonNull(fields.get(name), name);
    }
}
