package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RequiredFieldsTest {
    private static final Path CRD = Path.of("../deploy/crds/mcprollouts.mcprollout.io-v1.yml");

    @Test
    void theyAreThoseOfTheSchema() throws IOException {
        // Given
        JsonNode crd = new ObjectMapper(new YAMLFactory()).readTree(Files.readString(CRD));
        Set<String> required = new TreeSet<>();

        // When
        collect(crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"), "", required);

        // Then
        assertThat(RequiredFields.PATHS).containsExactlyInAnyOrderElementsOf(required);
    }

    @Test
    void eachThatIsMissingIsNamedWithItsPlace() throws IOException {
        // Given
        Problems problems = new Problems();
        JsonNode spec = new ObjectMapper(new YAMLFactory()).readTree("""
                        workloads: {stable: {name: a}, canary: {}}
                        traffic: {istio: {virtualServices: [{name: v}, {}], destinationRule: {name: d, stableSubset: s, canarySubset: c}}}
                        steps: [{weight: 10}, {hold: 1m}]
                        """);

        // When
        RequiredFields.check(spec, problems);

        // Then
        assertThat(problems.list())
                .map(problem -> problem.field())
                .isEqualTo(List.of(
                        "spec.workloads.canary.name",
                        "spec.traffic.istio.virtualServices[1].name",
                        "spec.steps[1].weight",
                        "spec.evidence"));
    }

    private static void collect(JsonNode schema, String path, Set<String> required) {
        schema.path("required").forEach(name -> required.add(path + name.asText()));
        schema.path("properties").properties().forEach(property -> {
            JsonNode child = property.getValue();
            boolean list = child.has("items");
            collect(list ? child.path("items") : child, path + property.getKey() + (list ? "[]." : "."), required);
        });
    }
}
