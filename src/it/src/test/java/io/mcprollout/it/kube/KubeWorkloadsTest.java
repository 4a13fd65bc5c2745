package io.mcprollout.it.kube;

import static io.mcprollout.it.kube.KubeBed.KEY;
import static io.mcprollout.it.kube.KubeBed.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.controller.port.SecretReader.Reply;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.rollout.Effect;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeWorkloadsTest {
    private final KubeBed bed = new KubeBed();
    private Setup setup;

    KubeWorkloadsTest() {
        bed.withRollout("");
        setup = bed.setup();
    }

    @BeforeEach
    void deploy() {
        bed.deploy("stable", "mcp:1");
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private Map<Slot, SlotView> observe(boolean pods) {
        return bed.workloads.observe(KEY, setup, pods);
    }

    /** A ReplicaSet of a Deployment's present template with one pod in this state. */
    private void pod(String deployment, String status) {
        var object = bed.api.get("deployments.apps", NAMESPACE, deployment).orElseThrow();
        String uid = object.at("/metadata/uid").asText();
        String image = object.at("/spec/template/spec/containers/0/image").asText();
        var set = bed.api.apply("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: %1$s-1
                  namespace: mcp-services
                  labels: {app: mcp, slot: %1$s}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %1$s, uid: %2$s, controller: true}]
                spec:
                  selector: {matchLabels: {app: mcp, slot: %1$s, pod-template-hash: h}}
                  template:
                    metadata: {labels: {app: mcp, slot: %1$s, track: %1$s, team: agents, pod-template-hash: h}}
                    spec: {containers: [{name: server, image: '%3$s'}]}
                """.formatted(deployment, uid, image));
        bed.api.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %1$s-1-a
                  namespace: mcp-services
                  labels: {app: mcp, slot: %1$s}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %1$s-1, uid: %2$s, controller: true}]
                spec: {containers: [{name: server, image: x}], nodeName: n}
                status:
                %3$s
                """.formatted(deployment, set.getFirst().at("/metadata/uid").asText(), status.indent(2)));
    }

    @Test
    void seesADeploymentThatIsNotThere() {
        // When
        Map<Slot, SlotView> views = observe(false);
        // Then
        assertThat(of(views, Slot.B)).isEqualTo(SlotView.absent("canary"));
        assertThat(of(views, Slot.A).revision()).isPresent();
    }

    @Test
    void hearsOfANewTemplateAndSeesAnotherRevision() {
        // Given
        var before = of(observe(false), Slot.A).revision();
        bed.changed.clear();
        bed.api.apply(KubeBed.deployment("stable", "mcp:2"));
        KubeBed.await().until(() -> bed.changed.contains(KEY));
        // When
        var after = of(observe(false), Slot.A).revision();
        // Then
        assertThat(after).isPresent().isNotEqualTo(before);
    }

    @Test
    void givesTheSameRevisionToTwoSlotsWithTheSameVersion() {
        // Given
        bed.deploy("canary", "mcp:1");
        // When
        Map<Slot, SlotView> views = observe(false);
        // Then
        assertThat(of(views, Slot.A).revision()).isEqualTo(of(views, Slot.B).revision());
    }

    /** A node that has been ready since that time. */
    private void node(String since) {
        bed.api.apply("""
                apiVersion: v1
                kind: Node
                metadata: {name: n}
                status: {conditions: [{type: Ready, status: 'True', lastTransitionTime: '%s'}]}
                """.formatted(since));
    }

    @ParameterizedTest
    @CsvSource({"2025-12-31T23:59:59Z, CRASHED", "2026-01-01T00:00:30Z, NODE_TROUBLE"})
    void seesReadyPodsAndWhatHappenedToThem(String nodeReadySince, Kind expected) {
        // Given
        node(nodeReadySince);
        pod("stable", """
                conditions: [{type: Ready, status: 'True'}]
                containerStatuses:
                  - {name: server, image: x, imageID: sha, ready: true, restartCount: 1, lastState: {terminated: {exitCode: 2, finishedAt: '2026-01-01T00:00:00Z'}}}
                """);
        KubeBed.await().until(() -> of(observe(true), Slot.A).ready() == 1);
        // When
        SlotView view = of(observe(true), Slot.A);
        // Then
        assertThat(view.ready()).isEqualTo(1);
        assertThat(view.images()).isEqualTo(1);
        assertThat(view.othersServing()).isFalse();
        assertThat(view.facts()).extracting(Fact::kind).containsExactly(expected);
    }

    @Test
    void hearsOfACrashWhilePodsMatter() {
        // Given
        pod("stable", "conditions: [{type: Ready, status: 'True'}]\n");
        observe(true);
        bed.changed.clear();
        bed.api.updateStatus("pods", NAMESPACE, "stable-1-a", pod -> {
            ((com.fasterxml.jackson.databind.node.ObjectNode) pod.path("status"))
                    .putArray("containerStatuses")
                    .addObject()
                    .put("name", "server")
                    .putObject("state")
                    .putObject("waiting")
                    .put("reason", "CrashLoopBackOff");
            return pod;
        });
        // When
        KubeBed.await().until(() -> bed.changed.contains(KEY));
        // Then
        assertThat(of(observe(true), Slot.A).facts()).extracting(Fact::kind).containsExactly(Kind.CRASH_LOOP);
    }

    @Test
    void saysInWhichNamespacesPodsAreMissing() {
        // Given
        bed.api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: well}}");
        bed.api.apply(KubeBed.deployment("stable", "mcp:1").replace(NAMESPACE, "well") + "status: {readyReplicas: 1}");
        KubeBed.await().until(() -> bed.workloads.shortHanded().equals(Set.of(NAMESPACE)));
        // When
        bed.api.updateStatus("deployments.apps", NAMESPACE, "stable", stable -> {
            stable.putObject("status").put("readyReplicas", 1);
            return stable;
        });
        // Then
        KubeBed.await()
                .untilAsserted(() -> assertThat(bed.workloads.shortHanded()).isEmpty());
    }

    @Test
    void readsNothingInASteadyState() {
        // Given
        pod("stable", "conditions: [{type: Ready, status: 'True'}]\n");
        observe(true);
        var last = new AtomicInteger();
        KubeBed.await()
                .pollInterval(Duration.ofMillis(300))
                .until(() -> last.getAndSet(bed.api.log().entries().size()) == last.get());
        int calls = last.get();
        // When
        for (int i = 0; i < 20; i++) {
            observe(true);
            bed.load();
        }
        // Then
        assertThat(bed.api.log().entries()).hasSize(calls);
    }

    @Test
    void copiesATemplateButForTheLabelsOfTheSlot() {
        // Given
        bed.deploy("canary", "mcp:2");
        Revision judged = of(observe(false), Slot.B).revision().orElseThrow();
        // When
        bed.workloads.copyTemplate(KEY, setup, Slot.B, Slot.A, judged);
        // Then
        var stable = bed.api.get("deployments.apps", NAMESPACE, "stable").orElseThrow();
        assertThat(stable.at("/spec/template/spec/containers/0/image").asText()).isEqualTo("mcp:2");
        assertThat(stable.at("/spec/template/metadata/labels/track").asText()).isEqualTo("stable");
        assertThat(stable.at("/spec/template/metadata/labels/slot").asText()).isEqualTo("stable");
        KubeBed.await().untilAsserted(() -> {
            var views = observe(false);
            assertThat(of(views, Slot.A).revision()).isEqualTo(of(views, Slot.B).revision());
        });
    }

    @Test
    void putsBackATemplateThatAReplicaSetHolds() {
        // Given
        pod("stable", "conditions: [{type: Ready, status: 'True'}]\n");
        Revision before = of(observe(true), Slot.A).revision().orElseThrow();
        bed.deploy("stable", "mcp:2");
        bed.deploy("canary", "mcp:2");
        Revision over = of(observe(true), Slot.B).revision().orElseThrow();
        // When
        bed.workloads.restoreTemplate(
                KEY, setup, new Effect.RestoreTemplate(Slot.A, Slot.B, before, java.util.Optional.of(before)));
        String refused = image("canary");
        bed.workloads.restoreTemplate(
                KEY, setup, new Effect.RestoreTemplate(Slot.A, Slot.B, before, java.util.Optional.of(over)));
        // Then
        assertThat(refused).isEqualTo("mcp:2");
        assertThat(image("canary")).isEqualTo("mcp:1");
        var labels = bed.api
                .get("deployments.apps", NAMESPACE, "canary")
                .orElseThrow()
                .at("/spec/template/metadata/labels");
        assertThat(labels.path("track").asText()).isEqualTo("canary");
        assertThat(labels.has("pod-template-hash")).isFalse();
        KubeBed.await()
                .untilAsserted(
                        () -> assertThat(of(observe(true), Slot.B).revision()).contains(before));
    }

    private String image(String deployment) {
        return bed.api
                .get("deployments.apps", NAMESPACE, deployment)
                .orElseThrow()
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    @Test
    void copiesNothingButTheRevisionThatWasJudged() {
        // Given
        bed.deploy("canary", "mcp:2");
        Revision judged = of(observe(false), Slot.B).revision().orElseThrow();
        bed.deploy("canary", "mcp:3");
        // When
        bed.workloads.copyTemplate(KEY, setup, Slot.B, Slot.A, judged);
        // Then
        var stable = bed.api.get("deployments.apps", NAMESPACE, "stable").orElseThrow();
        assertThat(stable.at("/spec/template/spec/containers/0/image").asText()).isEqualTo("mcp:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "labels: {mcprollout.io/credential: 'true'}, annotations: {mcprollout.io/audience: 'a.example.com, mcp.example.com'} | token | Found",
                "labels: {}, annotations: {mcprollout.io/audience: mcp.example.com} | token | label it",
                "labels: {mcprollout.io/credential: 'true'}, annotations: {mcprollout.io/audience: other.example.com} | token | may not be used against mcp.example.com",
                "labels: {mcprollout.io/credential: 'true'}, annotations: {mcprollout.io/audience: mcp.example.com} | other | has no key other"
            })
    void readsOnlySecretsThatAreMeantForTheHost(String metadata, String key, String expected) {
        // Given
        bed.api.apply("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: mcp-services, " + metadata
                + "}\ndata: {token: "
                + Base64.getEncoder().encodeToString("abc".getBytes(java.nio.charset.StandardCharsets.UTF_8)) + "}");
        // When
        Reply reply = bed.secrets
                .read(NAMESPACE, new SecretKey("s", key), "mcp.example.com")
                .toCompletableFuture()
                .join();
        // Then
        assertThat(reply.toString()).contains(expected).doesNotContain("abc");
    }

    private static SlotView of(Map<Slot, SlotView> views, Slot slot) {
        return Objects.requireNonNull(views.get(slot));
    }
}
