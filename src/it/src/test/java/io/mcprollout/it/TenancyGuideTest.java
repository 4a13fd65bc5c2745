package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The guide for administrators names every right that the controller is given, and no other. */
class TenancyGuideTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z/]+)` \\| ([a-z, ]+) \\| (.+) \\|$", Pattern.MULTILINE);

    @Test
    void everyRightHasItsReason() {
        // Given
        Set<String> granted = Stream.of(
                        "deploy/kustomize/base/rbac.yaml",
                        "deploy/kustomize/cluster/rbac.yaml",
                        "deploy/kustomize/tenant/rollouts.yaml",
                        "deploy/kustomize/tenant/routes.yaml",
                        "deploy/kustomize/tenant/credentials.yaml")
                .flatMap(file -> Manifest.read(file).stream())
                .flatMap(role -> StreamSupport.stream(role.body().path("rules").spliterator(), false))
                .flatMap(TenancyGuideTest::rights)
                .collect(Collectors.toCollection(TreeSet::new));
        // When
        Set<String> told = ROW.matcher(Manifest.content(Manifest.REPOSITORY.resolve("src/site/guides/tenancy.md")))
                .results()
                .map(row -> row.group(1) + ": " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        // Then
        assertThat(told).isEqualTo(granted);
    }

    private static Stream<String> rights(JsonNode rule) {
        String verbs = StreamSupport.stream(rule.path("verbs").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
        return StreamSupport.stream(rule.path("resources").spliterator(), false)
                .map(resource -> resource.asText() + ": " + verbs);
    }
}
