package io.mcprollout.it.kube;

import static io.mcprollout.it.kube.KubeBed.KEY;
import static io.mcprollout.it.kube.KubeBed.NAMESPACE;
import static io.mcprollout.it.kube.KubeBed.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.it.Definition;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.rollout.SlotView.Scaler;
import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sets replicas besides the controller, and what the controller does to them itself. */
class AutoscalersTest {
    private final KubeBed bed = new KubeBed().withRollout("");
    private final Setup setup = bed.setup();

    @BeforeEach
    void deploy() {
        bed.deploy("stable", "mcp:1");
        bed.deploy("canary", "mcp:1");
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private SlotView view(Slot slot) {
        var views = bed.workloads.observe(KEY, setup, true);
        return views.getOrDefault(slot, SlotView.absent(""));
    }

    private static String autoscaler(String target, String behavior) {
        return """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: hpa, namespace: mcp-services}
                spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}, behavior: %s}
                """.formatted(target, behavior);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | true",
                "{scaleDown: {selectPolicy: Max}} | true",
                "{scaleDown: {selectPolicy: Disabled}} | false"
            })
    void seesAHorizontalPodAutoscalerAndWhetherItMayShrink(String behavior, boolean mayShrink) {
        // Given
        bed.api.apply(autoscaler("stable", behavior));
        // When
        SlotView stable = view(Slot.A);
        SlotView canary = view(Slot.B);
        // Then
        assertThat(stable.scaler()).hasValueSatisfying(scaler -> {
            assertThat(scaler.name()).isEqualTo("HorizontalPodAutoscaler hpa");
            assertThat(scaler.mayShrink()).isEqualTo(mayShrink);
            assertThat(scaler.warning()).endsWith("set its spec.behavior.scaleDown.selectPolicy to Disabled");
        });
        assertThat(canary.scaler()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | true",
                "{horizontalPodAutoscalerConfig: {behavior: {scaleDown: {selectPolicy: Disabled}}}} | false"
            })
    void seesAScaledObjectBeforeTheAutoscalerThatComesOfIt(String advanced, boolean mayShrink) {
        // Given
        bed.api.apply(Definition.SCALED_OBJECT);
        bed.api.apply("""
                apiVersion: keda.sh/v1alpha1
                kind: ScaledObject
                metadata: {name: queue, namespace: mcp-services}
                spec: {scaleTargetRef: {name: stable}, advanced: %s}
                """.formatted(advanced));
        bed.api.apply(autoscaler("stable", "{}"));
        // When
        Scaler scaler = view(Slot.A).scaler().orElseThrow();
        // Then
        assertThat(scaler.name()).isEqualTo("ScaledObject queue");
        assertThat(scaler.mayShrink()).isEqualTo(mayShrink);
        assertThat(scaler.warning())
                .contains("spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.selectPolicy");
    }

    @Test
    void watchesOnceForAllNamespaces() {
        // Given
        RolloutKey other = new RolloutKey("other-services", "mcp-server");
        bed.api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: other-services}}");
        bed.api.apply(autoscaler("stable", "{}"));
        bed.api.apply(autoscaler("canary", "{}").replace(NAMESPACE, other.namespace()));
        bed.api.apply(KubeBed.deployment("canary", "mcp:1").replace(NAMESPACE, other.namespace()));
        await().until(() -> bed.workloads
                .observe(other, setup, false)
                .getOrDefault(Slot.B, SlotView.absent(""))
                .revision()
                .isPresent());
        // When
        SlotView here = view(Slot.B);
        var there = bed.workloads.observe(other, setup, true);
        // Then
        assertThat(openWatches()).isEqualTo(1);
        assertThat(here.scaler()).isEmpty();
        assertThat(there.getOrDefault(Slot.B, SlotView.absent("")).scaler()).isPresent();
    }

    @Test
    void watchesNothingAnyMoreWhenNothingIsRolledOut() {
        // Given
        view(Slot.A);
        await().until(() -> openWatches() == 1);
        // When
        bed.workloads.observe(KEY, setup, false);
        // Then
        await().untilAsserted(() -> assertThat(openWatches()).isZero());
    }

    private long openWatches() {
        return bed.api.openWatches(call -> call.resource().equals("horizontalpodautoscalers"));
    }

    @Test
    void scalesADeploymentByItsScale() {
        // Given
        view(Slot.B);
        // When
        bed.workloads.scale(KEY, setup, Slot.B, 3);
        // Then
        assertThat(replicas()).isEqualTo(3);
        assertThat(bed.api
                        .log()
                        .count(kind -> kind.verb().equals("patch")
                                && kind.subresource().equals("scale")))
                .isEqualTo(1);
    }

    @Test
    void leavesTheReplicasOfAnAutoscalerAlone() {
        // Given
        bed.api.apply(autoscaler("canary", "{}"));
        view(Slot.B);
        // When
        bed.workloads.scale(KEY, setup, Slot.B, 3);
        // Then
        assertThat(replicas()).isEqualTo(1);
    }

    @Test
    void scalesNothingThatSomebodyChangedMeanwhile() {
        // Given
        view(Slot.B);
        int stopped = bed.api.endWatches(call -> call.resource().equals("deployments"));
        bed.api
                .faults()
                .always(
                        call -> call.verb().equals("watch") || call.verb().equals("list"),
                        new io.mcprollout.sandbox.kube.http.Fault.Silence());
        bed.api.mergePatch("deployments.apps", NAMESPACE, "canary", "{spec: {paused: true}}");
        // When
        bed.workloads.scale(KEY, setup, Slot.B, 3);
        // Then
        assertThat(stopped).isPositive();
        assertThat(replicas()).isEqualTo(1);
    }

    private int replicas() {
        return bed.api
                .get("deployments.apps", NAMESPACE, "canary")
                .orElseThrow()
                .at("/spec/replicas")
                .asInt();
    }
}
