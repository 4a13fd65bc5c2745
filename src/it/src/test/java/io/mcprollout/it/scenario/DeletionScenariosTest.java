package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.it.Shipped;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.kube.http.Fault;
import io.mcprollout.sandbox.kube.http.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an McpRollout goes, with the API server's own rules for finalizers, through the loop and its adapters. */
class DeletionScenariosTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String NS = LiveCluster.NAMESPACE;

    private Optional<LiveCluster> cluster = Optional.empty();
    private Optional<LiveController> controller = Optional.empty();

    @AfterEach
    void stop() {
        controller.ifPresent(LiveController::close);
        cluster.ifPresent(LiveCluster::close);
    }

    private LiveCluster idle(String promotion) {
        LiveCluster fresh = new LiveCluster(promotion);
        cluster = Optional.of(fresh);
        controller = Optional.of(new LiveController(fresh, "controller-1"));
        fresh.runUntil("idle", this::tick, () -> fresh.phase().equals("Idle"));
        return fresh;
    }

    private LiveCluster atHalf(String promotion) {
        LiveCluster live = idle(promotion);
        live.push("canary", "mcp:2");
        live.runUntil("at 50", this::tick, () -> live.share(Slot.B) == 50);
        return live;
    }

    private LiveCluster promoted(String promotion) {
        LiveCluster live = idle(promotion);
        live.push("canary", "mcp:2");
        live.runUntil("promoted", this::tick, () -> live.phase().equals("Promoted"));
        return live;
    }

    private void tick() {
        controller.orElseThrow().tick();
    }

    private List<String> finalizers(LiveCluster live) {
        return java.util.stream.StreamSupport.stream(
                        live.rollout().at("/metadata/finalizers").spliterator(), false)
                .map(com.fasterxml.jackson.databind.JsonNode::asText)
                .toList();
    }

    private static Predicate<io.mcprollout.sandbox.kube.model.Call> unfinalizing() {
        return Faults.on("patch", "mcprollouts", "");
    }

    private static Fault refusal() {
        return Fault.answer(500, "InternalError", "failed calling webhook: connection refused");
    }

    @Test
    @Tag("competitors-18")
    void aDeletionInMidRunReturnsTheTrafficAndThenEnds() {
        // Given
        LiveCluster live = atHalf("Replace");
        List<String> held = finalizers(live);
        live.delete();
        // When
        live.runUntil("back", this::tick, () -> live.share(Slot.B) == 0);
        boolean early = live.isGone() && live.route().at("/spec/http").size() > 1;
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(held).containsExactly("mcprollout.io/traffic");
        assertThat(early).isFalse();
        assertThat(live.shares).containsExactly(0, 50, 0);
        assertThat(live.route().at("/spec/http")).hasSize(1);
        assertThat(controller.orElseThrow().next).isEmpty();
        assertThat(controller.orElseThrow().meters.forgotten).isNotEmpty();
    }

    @Test
    void aDeletionWaitsForAControllerThatIsDown() {
        // Given
        LiveCluster live = atHalf("Replace");
        controller.orElseThrow().close();
        live.delete();
        live.run(MINUTE, () -> {});
        int meanwhile = live.share(Slot.B);
        boolean waits = !live.isGone();
        controller = Optional.of(new LiveController(live, "controller-1"));
        // When
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(waits).isTrue();
        assertThat(meanwhile).isEqualTo(50);
        assertThat(live.shares).containsExactly(0, 50, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "virtualservices.networking.istio.io, mcp-server",
        "destinationrules.networking.istio.io, mcp-server",
        "deployments.apps, stable",
        "deployments.apps, canary"
    })
    void aDeletionEndsThoughSomethingItNamesIsGone(String kind, String name) {
        // Given
        LiveCluster live = atHalf("Replace");
        live.delete();
        // When
        live.api.delete(kind, NS, name);
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(live.share(Slot.B)).isZero();
    }

    @Test
    void aDeletionNeedsNoDeployment() {
        // Given
        LiveCluster live = atHalf("Replace");
        controller.orElseThrow().close();
        live.delete();
        live.api.faults().always(Faults.on("list", "deployments", ""), refusal());
        live.api.faults().always(Faults.on("watch", "deployments", ""), refusal());
        controller = Optional.of(new LiveController(live, "controller-1"));
        // When
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(live.shares).containsExactly(0, 50, 0);
    }

    @Test
    void theNamespaceGoes() {
        // Given
        LiveCluster live = atHalf("Replace");
        live.api.apply(Shipped.text("kustomize/cluster/rbac.yaml"));
        // When
        live.api.delete("namespaces", "", NS);
        live.runUntil(
                "gone", this::tick, () -> live.api.get("namespaces", "", NS).isEmpty());
        // Then
        assertThat(live.isGone()).isTrue();
    }

    @Test
    void writesThatAreRefusedAreTriedForEverAndToldOfEveryFiveMinutes() {
        // Given
        LiveCluster live = atHalf("Replace");
        live.istio.setDown(true);
        live.delete();
        // When
        live.run(Duration.ofMinutes(12), this::tick);
        int held = live.share(Slot.B);
        Optional<Duration> next = controller.orElseThrow().next;
        List<String> told = eventually(live, "RollbackBlocked", 3);
        live.istio.setDown(false);
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(held).isEqualTo(50);
        assertThat(next).hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(5)));
        assertThat(told)
                .hasSize(3)
                .allMatch(message -> message.contains("failed calling webhook") && message.endsWith("again every 5 s"));
        assertThat(live.shares).containsExactly(0, 50, 0);
    }

    @Test
    void aFinalizerThatCannotBeRemovedIsTriedForEverAndToldOfEveryFiveMinutes() {
        // Given
        LiveCluster live = atHalf("Replace");
        live.delete();
        Faults.Planted fault = live.api.faults().always(unfinalizing(), refusal());
        // When
        live.run(Duration.ofMinutes(12), this::tick);
        boolean waits = !live.isGone();
        Optional<Duration> next = controller.orElseThrow().next;
        List<String> told = eventually(live, "DeletionBlocked", 3);
        fault.close();
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(waits).isTrue();
        assertThat(next).hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(5)));
        assertThat(told).hasSize(3);
        assertThat(live.shares).containsExactly(0, 50, 0);
    }

    private static List<String> eventually(LiveCluster live, String reason, int times) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> live.told(reason).size() >= times);
        return live.told(reason);
    }

    @Test
    void whoDeletesByForceKeepsTheRouteAsItIs() {
        // Given
        LiveCluster live = atHalf("Replace");
        live.istio.setDown(true);
        live.delete();
        live.run(MINUTE, this::tick);
        boolean waits = !live.isGone();
        live.api.mergePatch("mcprollouts.mcprollout.io", NS, "mcp-server", """
                {metadata: {annotations: {mcprollout.io/force-delete: ''}}}""");
        // When
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(waits).isTrue();
        assertThat(live.shares).containsExactly(0, 50);
        assertThat(eventually(live, "ForceDeleted", 1)).hasSize(1);
    }

    @Test
    void forceMeansNothingWhileNothingIsDeleted() {
        // Given
        LiveCluster live = atHalf("Replace");
        // When
        live.api.mergePatch("mcprollouts.mcprollout.io", NS, "mcp-server", """
                {metadata: {annotations: {mcprollout.io/force-delete: ''}}}""");
        live.runUntil("promoted", this::tick, () -> live.phase().equals("Promoted"));
        // Then
        assertThat(live.shares).containsExactly(0, 50, 100, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Replace", "Swap"})
    void whatRestsHoldsNoFinalizerAndGoesAtOnce(String promotion) {
        // Given
        LiveCluster live = promoted(promotion);
        live.run(MINUTE, this::tick);
        List<String> held = finalizers(live);
        List<Integer> shares = List.copyOf(live.shares);
        // When
        live.delete();
        boolean gone = live.isGone();
        live.run(MINUTE, this::tick);
        // Then
        assertThat(held).isEmpty();
        assertThat(gone).isTrue();
        assertThat(live.shares).isEqualTo(shares);
        assertThat(live.route().at("/spec/http")).hasSize(1);
    }

    @Test
    void aFinalizerThatWasLeftOnWhatRestsIsTakenAway() {
        // Given
        LiveCluster live = atHalf("Replace");
        Faults.Planted fault = live.api.faults().always(unfinalizing(), refusal());
        live.runUntil("promoted", this::tick, () -> live.phase().equals("Promoted"));
        live.run(MINUTE, this::tick);
        List<String> held = finalizers(live);
        fault.close();
        // When
        live.runUntil("let go", this::tick, () -> finalizers(live).isEmpty());
        // Then
        assertThat(held).containsExactly("mcprollout.io/traffic");
        assertThat(live.phase()).isEqualTo("Promoted");
    }

    @Test
    void afterASwapADeletionInMidRunReturnsTrafficToTheSlotThatIsStableNow() {
        // Given
        LiveCluster live = promoted("Swap");
        live.push("stable", "mcp:3");
        live.runUntil("at 50", this::tick, () -> live.share(Slot.A) == 50);
        live.delete();
        // When
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(live.share(Slot.B)).isEqualTo(100);
        assertThat(live.shares).containsExactly(0, 50, 100, 50, 100);
        assertThat(live.route().at("/spec/http")).hasSize(1);
    }

    @Test
    void whatIsPromotedAndAwaitsGitKeepsItsTrafficAndGoesThoughStatusIsRefused() {
        // Given
        LiveCluster live = idle("Git");
        live.push("canary", "mcp:2");
        live.runUntil("AwaitingGit", this::tick, () -> live.phase().equals("AwaitingGit"));
        live.delete();
        live.api.faults().always(Faults.on("patch", "mcprollouts", "status"), refusal());
        // When
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(live.share(Slot.B)).isEqualTo(100);
        assertThat(live.route().at("/spec/http")).hasSize(1);
    }

    @Test
    void statusThatIsRefusedKeepsNothingFromGoing() {
        // Given
        LiveCluster live = atHalf("Replace");
        live.delete();
        live.api.faults().always(Faults.on("patch", "mcprollouts", "status"), refusal());
        // When
        live.runUntil("gone", this::tick, live::isGone);
        // Then
        assertThat(live.shares).containsExactly(0, 50, 0);
    }

    @Test
    void whatOthersStillHoldIsLeftAlone() {
        // Given
        LiveCluster live = atHalf("Replace");
        live.api.jsonPatch("mcprollouts.mcprollout.io", NS, "mcp-server", """
                [{op: add, path: /metadata/finalizers/-, value: example.org/other}]""");
        live.delete();
        live.runUntil("let go", this::tick, () -> finalizers(live).equals(List.of("example.org/other")));
        long version = live.rollout().at("/metadata/resourceVersion").asLong();
        // When
        live.run(Duration.ofMinutes(5), this::tick);
        // Then
        assertThat(live.share(Slot.B)).isZero();
        assertThat(live.rollout().at("/metadata/resourceVersion").asLong()).isEqualTo(version);
        assertThat(controller.orElseThrow().next).isEmpty();
    }
}
