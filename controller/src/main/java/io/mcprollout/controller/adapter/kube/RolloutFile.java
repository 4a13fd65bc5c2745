package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Setup;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A McpRollout that is not in a cluster: read as the controller and the API server would read it. */
public final class RolloutFile {
    private RolloutFile() {}

    /**
     * What it says.
     *
     * @param setup empty when something is wrong
     * @param problems everything that is wrong
     */
    public record Content(Optional<Setup> setup, List<Problem> problems) {
        private static Content wrong(List<Problem> problems) {
            return new Content(Optional.empty(), problems);
        }
    }

    /**
     * Reads a McpRollout of a namespace. Which mesh sources a controller has, and whether it lets probes go where they go, is not known here
     * and not asked.
     *
     * @param policies finds a McpRolloutPolicy of that namespace by name
     */
    public static Content read(String namespace, JsonNode rollout, Function<String, Optional<JsonNode>> policies) {
        JsonNode spec = rollout.path("spec");
        Problems problems = new Problems();
        RequiredFields.check(spec, problems);
        if (problems.size() > 0) {
            return Content.wrong(problems.list());
        }
        Optional<McpRolloutSpec> read = read(spec, McpRolloutSpec.class, problems);
        if (read.isEmpty()) {
            return Content.wrong(problems.list());
        }
        SpecParser parser = new SpecParser(sources(spec), Set.of(), probes -> List.of());
        Wish wish = parser.parse(
                namespace,
                read.get(),
                name -> policies.apply(name)
                        .flatMap(policy -> read(policy.path("spec"), PolicyNumbers.class, problems)));
        return switch (wish) {
            case Wish.Accepted accepted -> new Content(Optional.of(accepted.setup()), List.of());
            case Wish.Refused refused -> Content.wrong(refused.problems());
        };
    }

    private static <T> Optional<T> read(JsonNode spec, Class<T> type, Problems problems) {
        try {
            return Optional.of(Json.STRICT.treeToValue(spec, type));
        } catch (JsonMappingException e) {
            problems.add(new Problem(
                    Problems.INVALID,
                    field(e),
                    e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            problems.add(new Problem(Problems.INVALID, "spec", e.getOriginalMessage()));
        }
        return Optional.empty();
    }

    private static String field(JsonMappingException wrong) {
        StringBuilder field = new StringBuilder("spec");
        wrong.getPath().forEach(step -> {
            if (step.getFieldName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append('.').append(step.getFieldName());
            }
        });
        return field.toString();
    }

    private static Set<String> sources(JsonNode spec) {
        Set<String> sources = new HashSet<>();
        spec.at("/evidence/mesh")
                .forEach(source -> sources.add(source.path("source").asText()));
        return sources;
    }
}
