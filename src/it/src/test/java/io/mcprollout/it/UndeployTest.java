package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.process.PackagedController;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code make undeploy}, by the real make and kubectl, in the middle of a rollout. */
class UndeployTest {
    @Test
    void trafficIsBackBeforeAnythingElseGoes(@TempDir Path folder) {
        // Given
        try (DemoBed demo = new DemoBed("deploy/kustomize/cluster").secure();
                PackagedController controller = PackagedController.start(demo.launch("undeploy"))) {
            Shell shell = new Shell(demo.bed.kube(), folder);
            controller.awaitReady(DemoBed.LIMIT);
            demo.awaitPhase("Idle");
            demo.release("1.1");
            demo.awaitWeight(10);

            // When
            String said = shell.run("make undeploy");
            List<RequestLog.Entry> calls = demo.bed.kube().log().entries().stream()
                    .filter(entry -> entry.call().isResource())
                    .toList();

            // Then
            assertThat(demo.weight()).isZero();
            assertThat(demo.bed
                            .kube()
                            .get("customresourcedefinitions.apiextensions.k8s.io", "", "mcprollouts.mcprollout.io"))
                    .isEmpty();
            assertThat(first(calls, "delete", false))
                    .isGreaterThan(last(calls, "patch", "virtualservices"))
                    .isGreaterThan(last(calls, "patch", "mcprollouts"));
            assertThat(said).contains("app.kubernetes.io/managed-by=mcprollout");
        }
    }

    @Test
    void nothingElseGoesWhileTrafficIsNotBack(@TempDir Path folder) {
        // Given
        try (DemoBed demo = new DemoBed("deploy/kustomize/cluster")) {
            demo.bed
                    .kube()
                    .jsonPatch(
                            "mcprollouts.mcprollout.io",
                            "demo",
                            "mcp-server",
                            "[{op: add, path: /metadata/finalizers, value: [mcprollout.io/traffic]}]");
            Shell shell = new Shell(demo.bed.kube(), folder);

            // When
            String said = shell.run("! PATIENCE=2s make undeploy");

            // Then
            assertThat(said).contains("nothing else was removed").contains("mcprollout.io/force-delete=yes");
            assertThat(demo.bed.kube().log().entries())
                    .filteredOn(entry -> entry.call().verb().startsWith("delete"))
                    .isNotEmpty()
                    .allMatch(entry -> entry.call().resource().equals("mcprollouts"));
        }
    }

    private static int first(List<RequestLog.Entry> calls, String verb, boolean rollouts) {
        for (int i = 0; i < calls.size(); i++) {
            var call = calls.get(i).call();
            if (call.verb().startsWith(verb) && call.resource().equals("mcprollouts") == rollouts) {
                return i;
            }
        }
        throw new AssertionError("no " + verb);
    }

    private static int last(List<RequestLog.Entry> calls, String verb, String resource) {
        int last = -1;
        for (int i = 0; i < calls.size(); i++) {
            var call = calls.get(i).call();
            last = call.verb().equals(verb) && call.resource().equals(resource) ? i : last;
        }
        assertThat(last).as(verb + " " + resource).isNotNegative();
        return last;
    }
}
