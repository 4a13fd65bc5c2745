package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mcprollout.controller.api.v1alpha1.Policy.Preset;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The shipped sets of numbers, each written like a McpRolloutPolicy. */
final class Presets {
    private static final String FOLDER = "/io/mcprollout/policy/presets/";

    private final Map<Preset, PolicyNumbers> all = new EnumMap<>(Preset.class);

    /** Reads all of them; a missing or malformed one is a fault of the build and throws. */
    Presets() {
        for (Preset preset : Preset.values()) {
            all.put(preset, read(FOLDER + preset.name().toLowerCase(Locale.ROOT) + ".yaml"));
        }
    }

    /** Numbers of a preset, none absent. */
    PolicyNumbers get(Preset preset) {
        PolicyNumbers numbers = all.get(preset);
        if (numbers == null) {
            throw new IllegalStateException("no numbers for preset " + preset);
        }
        return numbers;
    }

    private static PolicyNumbers read(String path) {
        try (InputStream yaml = Presets.class.getResourceAsStream(path)) {
            if (yaml == null) {
                throw new IllegalStateException("the preset " + path + " is not on the class path");
            }
            JsonNode spec = new ObjectMapper(new YAMLFactory()).readTree(yaml).path("spec");
            return Json.MAPPER.convertValue(spec, PolicyNumbers.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the preset " + path + " cannot be read", e);
        }
    }
}
