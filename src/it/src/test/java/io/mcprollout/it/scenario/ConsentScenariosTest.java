package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.it.Shipped;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A VirtualService of another namespace, which its owner lets be managed or not, under the shipped roles for single namespaces. */
class ConsentScenariosTest {
    private static final String SENTENCE =
            "no VirtualService istio-ingress/mcp-server lets McpRollouts of namespace mcp-services"
                    + " move its weights; its owner can, by the annotation mcprollout.io/allowed-from: mcp-services, which lists"
                    + " namespaces separated by commas";

    private LiveCluster cluster;
    private LiveController controller;

    @BeforeEach
    void start() {
        cluster = LiveCluster.withRouteElsewhere();
        controller = new LiveController(cluster, "controller-1");
    }

    @AfterEach
    void stop() {
        controller.close();
        cluster.close();
    }

    private void allowedAndIdle() {
        cluster.allow("team-a, mcp-services");
        cluster.runUntil("idle", controller::tick, () -> cluster.phase().equals("Idle"));
    }

    private void allowedAndAtHalf() {
        allowedAndIdle();
        cluster.push("canary", "mcp:2");
        cluster.runUntil("at 50", controller::tick, () -> cluster.share(Slot.B) == 50);
    }

    private JsonNode condition(String type) {
        return condition(cluster.rollout(), type);
    }

    private static JsonNode condition(JsonNode rollout, String type) {
        return rollout.at("/status/conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type));
    }

    private long writes() {
        return cluster.api
                .log()
                .count(call -> call.verb().equals("patch") && call.resource().equals("virtualservices"));
    }

    private static String reason(LiveCluster cluster) {
        return condition(cluster.rollout(), "Reconciling").path("reason").asText();
    }

    @Test
    void withoutConsentItIsRefusedAndNotTouched() {
        // Given
        cluster.push("canary", "mcp:2");
        // When
        cluster.run(Duration.ofSeconds(10), controller::tick);
        // Then
        assertThat(condition("Accepted").path("reason").asText()).isEqualTo("NamespaceNotAllowed");
        assertThat(condition("Accepted").path("message").asText())
                .isEqualTo("spec.traffic.istio.virtualServices[0].namespace: " + SENTENCE);
        assertThat(writes()).isZero();
    }

    @Test
    void consentForOthersIsNone() {
        // Given
        cluster.allow("mcp-services-2, *");
        // When
        cluster.run(Duration.ofSeconds(10), controller::tick);
        // Then
        assertThat(condition("Accepted").path("reason").asText()).isEqualTo("NamespaceNotAllowed");
    }

    @Test
    void withConsentItIsRolledOut() {
        // Given
        allowedAndIdle();
        cluster.push("canary", "mcp:2");
        // When
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        assertThat(cluster.shares).containsExactly(0, 50, 100, 0);
        assertThat(cluster.route().at("/spec/http")).hasSize(1);
    }

    @Test
    void theRoleForSuchNamespacesIsWhatIsCalledThere() {
        // Given
        allowedAndIdle();
        cluster.push("canary", "mcp:2");
        // When
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        Set<String> called = cluster.api.log().entries().stream()
                .map(entry -> entry.call())
                .filter(call -> call.isResource()
                        && call.namespace().equals(LiveCluster.ROUTES)
                        && call.user().endsWith(":mcprollout"))
                .map(call -> call.resource() + " " + call.verb())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(called).isEqualTo(granted());
        assertThat(cluster.api.log().entries()).noneMatch(entry -> entry.status() == 403);
    }

    private static Set<String> granted() {
        return Pattern.compile("resources: \\[(\\w+)]\\s+verbs: \\[([a-z, ]+)]")
                .matcher(Shipped.text("kustomize/tenant/routes.yaml"))
                .results()
                .flatMap(rule ->
                        Pattern.compile(", ").splitAsStream(rule.group(2)).map(verb -> rule.group(1) + " " + verb))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void consentThatIsTakenAwayInMidRunHoldsTheShare() {
        // Given
        allowedAndAtHalf();
        cluster.allow("team-a");
        cluster.runUntil("held", controller::tick, () -> reason(cluster).equals("NamespaceNotAllowed"));
        long before = writes();
        // When
        cluster.run(Duration.ofMinutes(2), controller::tick);
        // Then
        assertThat(cluster.shares).containsExactly(0, 50);
        assertThat(writes()).isEqualTo(before);
        assertThat(cluster.status("/message")).contains("istio-ingress/mcp-server/(only route): " + SENTENCE);
    }

    @Test
    void consentThatIsGivenAgainLetsItGoOn() {
        // Given
        allowedAndAtHalf();
        cluster.allow("team-a");
        cluster.runUntil("held", controller::tick, () -> reason(cluster).equals("NamespaceNotAllowed"));
        // When
        cluster.allow("mcp-services");
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        assertThat(cluster.shares).containsExactly(0, 50, 100, 0);
    }

    @Test
    void goesBackWithoutConsent() {
        // Given
        allowedAndAtHalf();
        cluster.allow("");
        cluster.runUntil("held", controller::tick, () -> reason(cluster).equals("NamespaceNotAllowed"));
        // When
        cluster.versions.put("mcp:2", Version.failing(1));
        cluster.runUntil("rolled back", controller::tick, () -> cluster.phase().equals("RolledBack"));
        // Then
        assertThat(cluster.shares).containsExactly(0, 50, 0);
        assertThat(cluster.route().at("/spec/http")).hasSize(1);
        assertThat(cluster.status("/rollbackCause")).startsWith("CanaryWorse");
    }

    @Test
    void aDeletionEndsWithoutConsent() {
        // Given
        allowedAndAtHalf();
        cluster.allow("");
        cluster.delete();
        // When
        cluster.runUntil("gone", controller::tick, cluster::isGone);
        // Then
        assertThat(cluster.shares).containsExactly(0, 50, 0);
        assertThat(cluster.route().at("/spec/http")).hasSize(1);
    }

    @Test
    void aShareThatItsOwnerGivesAfterwardsIsNotPutBack() {
        // Given
        allowedAndIdle();
        cluster.allow("");
        // When
        cluster.api.jsonPatch("virtualservices.networking.istio.io", LiveCluster.ROUTES, "mcp-server", """
                [{op: replace, path: /spec/http/0/route/0/weight, value: 70},
                 {op: replace, path: /spec/http/0/route/1/weight, value: 30}]""");
        cluster.run(Duration.ofMinutes(1), controller::tick);
        // Then
        assertThat(cluster.share(Slot.B)).isEqualTo(30);
        assertThat(cluster.status("/message")).contains(SENTENCE);
        assertThat(writes()).isZero();
    }

    @Test
    void aHandEditIsSeenThere() {
        // Given
        allowedAndAtHalf();
        // When
        cluster.api.jsonPatch("virtualservices.networking.istio.io", LiveCluster.ROUTES, "mcp-server", """
                [{op: replace, path: /spec/http/%1$d/route/0/weight, value: 90},
                 {op: replace, path: /spec/http/%1$d/route/1/weight, value: 10}]""".formatted(
                        cluster.route().at("/spec/http").size() - 1));
        cluster.runUntil("rolled back", controller::tick, () -> cluster.phase().equals("RolledBack"));
        // Then
        assertThat(cluster.status("/rollbackCause")).startsWith("LoweredByHand");
    }

    @Test
    void aControllerThatWatchesItNoMoreGivesItBackAllTheSame() {
        // Given
        allowedAndAtHalf();
        controller.close();
        controller = new LiveController(cluster, "controller-1", Set.of(LiveCluster.NAMESPACE));
        cluster.versions.put("mcp:2", Version.failing(1));
        cluster.istio.setDown(true);
        cluster.runUntil("going back", controller::tick, () -> cluster.phase().equals("RollingBack"));
        cluster.run(Duration.ofSeconds(10), controller::tick);
        // When
        cluster.istio.setDown(false);
        cluster.runUntil("rolled back", controller::tick, () -> cluster.phase().equals("RolledBack"));
        // Then
        assertThat(cluster.shares).containsExactly(0, 50, 0);
        assertThat(cluster.status("/rollbackCause")).startsWith("CanaryWorse");
    }

    @Test
    void anotherControllerGoesOn() {
        // Given
        allowedAndAtHalf();
        controller.close();
        controller = new LiveController(cluster, "controller-1");
        // When
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        assertThat(cluster.shares).containsExactly(0, 50, 100, 0);
    }

    @Test
    void aNamespaceThatIsNotWatchedIsRefusedWithoutACall() {
        // Given
        cluster.api.mergePatch("mcprollouts.mcprollout.io", LiveCluster.NAMESPACE, "mcp-server", """
                {spec: {traffic: {istio: {virtualServices: [{name: mcp-server, namespace: elsewhere}]}}}}""");
        // When
        cluster.run(Duration.ofSeconds(5), controller::tick);
        // Then
        assertThat(condition("Accepted").path("reason").asText()).isEqualTo("NamespaceNotWatched");
        assertThat(condition("Accepted").path("message").asText())
                .startsWith(
                        "spec.traffic.istio.virtualServices[0].namespace: this controller watches no VirtualServices of"
                                + " namespace elsewhere; ");
        assertThat(cluster.api.log().entries())
                .noneMatch(entry -> entry.call().namespace().equals("elsewhere"));
        assertThat(cluster.rollout().path("status").has("candidateDeployment")).isFalse();
        assertThat(cluster.rollout().at("/status/slots").findValues("deployment"))
                .isEmpty();
    }
}
