package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mcprollout.controller.api.v1alpha1.Policy.Preset;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.policy.gate.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A decision policy that is not in a cluster: a file that holds a McpRolloutPolicy, or the name of a preset. */
public final class PolicyFile {
    private static final String KIND = "McpRolloutPolicy";

    private PolicyFile() {}

    /**
     * What a policy says.
     *
     * @param numbers those of the policy and the preset {@code standard}'s where it is silent; empty when something is wrong
     * @param problems everything that is wrong
     */
    public record Content(Optional<Numbers> numbers, List<Problem> problems) {
        private static Content wrong(String field, String message) {
            return new Content(Optional.empty(), List.of(new Problem(Problems.INVALID, field, message)));
        }
    }

    /** Reads the text of a McpRolloutPolicy in YAML or JSON. */
    public static Content read(String text) {
        JsonNode document;
        try {
            document = new ObjectMapper(new YAMLFactory()).readTree(text);
        } catch (JsonProcessingException e) {
            return Content.wrong("the file", "is not YAML: " + e.getOriginalMessage());
        }
        String kind = document == null ? "" : document.path("kind").asText();
        if (!kind.equals(KIND)) {
            return Content.wrong("kind", "must be " + KIND + " but is " + (kind.isEmpty() ? "absent" : kind));
        }
        try {
            PolicyNumbers numbers = Json.STRICT.convertValue(document.path("spec"), PolicyNumbers.class);
            return checked(numbers == null ? new Presets().get(Preset.Standard) : numbers);
        } catch (IllegalArgumentException e) {
            return Content.wrong("spec", firstLine(e));
        }
    }

    /** The numbers of a shipped preset. */
    public static Content preset(String name) {
        return Arrays.stream(Preset.values())
                .filter(preset -> preset.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .map(preset -> checked(new Presets().get(preset)))
                .orElseGet(() -> Content.wrong("preset", "must be one of " + presets() + " but is " + name));
    }

    /** Names of the shipped presets. */
    public static String presets() {
        return Arrays.stream(Preset.values())
                .map(preset -> preset.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static Content checked(PolicyNumbers numbers) {
        Problems problems = new Problems();
        Optional<Numbers> parsed =
                new NumbersParser(problems, "spec").parse(numbers.over(new Presets().get(Preset.Standard)));
        return new Content(parsed, problems.list());
    }

    private static String firstLine(IllegalArgumentException e) {
        String said = e.getMessage() == null ? "cannot be read" : e.getMessage();
        return said.lines().findFirst().orElse(said);
    }
}
