package io.mcprollout.it.kube;

import static io.mcprollout.it.kube.KubeBed.KEY;
import static io.mcprollout.it.kube.KubeBed.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.policy.rollout.Command;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of specs and commands. */
class RolloutSpecsTest extends StoreBed {
    @Test
    void refusesASpecForAllReasonsAndAcceptsItWhenTheyAreGone() {
        // Given
        bed.withRollout("policy: {name: ours}");
        Wish before = bed.load().wish();
        bed.changed.clear();
        // When
        bed.api.apply("""
                apiVersion: mcprollout.io/v1alpha1
                kind: McpRolloutPolicy
                metadata: {name: ours, namespace: mcp-services}
                spec: {harmBudget: 9%}
                """);
        // Then
        KubeBed.await().until(() -> bed.changed.contains(KEY));
        assertThat(before).isInstanceOf(Wish.Refused.class);
        assertThat(bed.setup().plan().numbers().harmBudget()).isEqualTo(0.09);
    }

    @Test
    void saysThatASecretIsMissing() {
        // Given
        bed.withRollout("");
        String probe = "spec: {evidence: {probes: [{name: outside, mcp: {url: 'https://mcp.example.com/mcp',"
                + " auth: {secretRef: {name: token, key: t}}}}]}}";
        bed.api.mergePatch("mcprollouts", NAMESPACE, "mcp-server", probe);
        KubeBed.await().until(() -> bed.load().generation() == 2);
        // When
        Wish wish = bed.load().wish();
        // Then
        assertThat(((Wish.Refused) wish).problems())
                .extracting(Problem::toString)
                .containsExactly("spec.evidence.probes[0].mcp.auth.secretRef: there is no Secret token in namespace"
                        + " mcp-services; create it");
    }

    @Test
    void givesTheRouteToTheOlderOfTwo() {
        // Given
        bed.withRollout("");
        bed.api.apply(KubeBed.rollout("a-younger", ""));
        var younger = new io.mcprollout.controller.port.RolloutKey(NAMESPACE, "a-younger");
        KubeBed.await().until(() -> bed.rollouts.get(younger).isPresent());
        bed.api.update("mcprollouts", NAMESPACE, "a-younger", object -> object);
        // When
        Wish first = bed.load().wish();
        Wish second = bed.store.load(younger).orElseThrow().wish();
        // Then
        assertThat(List.of(first, second))
                .filteredOn(Wish.Refused.class::isInstance)
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"retry,Retry", "abort,Abort", "promote,Promote", "undo,Undo", "adopt,Adopt"})
    void readsCommands(String annotation, Command.Kind kind) {
        // Given
        bed.withRollout("");
        bed.api.mergePatch(
                "mcprollouts",
                NAMESPACE,
                "mcp-server",
                "metadata: {annotations: {mcprollout.io/" + annotation + ": 1-abc#3}}");
        // When
        KubeBed.await().until(() -> !bed.load().commands().isEmpty());
        // Then
        assertThat(bed.load().commands()).containsExactly(Command.of(kind, "1-abc", 3));
        assertThat(bed.load().commands().getFirst().by()).contains(" at 20");
    }

    @Test
    void reportsAMalformedCommandOnceAndCountsOn() {
        // Given
        bed.withRollout("");
        bed.api.mergePatch(
                "mcprollouts", NAMESPACE, "mcp-server", "metadata: {annotations: {mcprollout.io/abort: now}}");
        KubeBed.await()
                .until(() -> bed.rollouts.get(KEY).orElseThrow().getMetadata().getAnnotations() != null
                        && bed.load().commands().isEmpty());
        // When
        bed.load();
        bed.herald.announce(KEY, false, "RolledBack", "first");
        bed.herald.announce(KEY, true, "RolledBack", "second");
        // Then
        KubeBed.await()
                .untilAsserted(() -> assertThat(bed.api.list("events", NAMESPACE, ""))
                        .extracting(event -> event.path("reason").asText() + " "
                                + event.path("count").asInt() + " "
                                + event.path("type").asText())
                        .containsExactlyInAnyOrder("CommandInvalid 1 Warning", "RolledBack 2 Warning"));
    }
}
