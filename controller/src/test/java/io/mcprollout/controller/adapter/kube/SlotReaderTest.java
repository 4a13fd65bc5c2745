package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotReaderTest {
    private static final JsonNode DEPLOYMENT = Yaml.tree("""
            metadata: {name: d, uid: d1, generation: 2, labels: {kustomize.toolkit.fluxcd.io/name: x}}
            spec: {replicas: 2, template: {metadata: {labels: {app: a}}, spec: {containers: [{image: new}]}}}
            status: {observedGeneration: 2, replicas: 3, updatedReplicas: 2, readyReplicas: 3}
            """);

    private static JsonNode set(String uid, String image) {
        return Yaml.tree("""
                metadata: {uid: %s, ownerReferences: [{uid: d1, controller: true}]}
                spec: {template: {metadata: {labels: {app: a, pod-template-hash: h}}, spec: {containers: [{image: %s}]}}}
                """.formatted(uid, image));
    }

    private static JsonNode pod(String owner, boolean ready, String imageId) {
        return Yaml.tree("""
                metadata: {name: p, ownerReferences: [{uid: %s, controller: true}]}
                status:
                  conditions: [{type: Ready, status: '%s'}]
                  containerStatuses: [{name: app, imageID: '%s'}]
                """.formatted(owner, ready ? "True" : "False", imageId));
    }

    private static SlotView fine(List<JsonNode> sets, List<JsonNode> pods) {
        return SlotReader.fine(
                DEPLOYMENT,
                sets,
                pods,
                new Revision("1-a"),
                Instant.EPOCH,
                (node, at) -> NodeView.WELL,
                Optional.empty());
    }

    @Test
    void isSettledWhenAllPodsAreOfTheNewestTemplate() {
        // When
        SlotView view = fine(
                List.of(set("old", "old"), set("new", "new")), List.of(pod("new", true, "x"), pod("new", true, "x")));
        // Then
        assertThat(view.isSettled()).isTrue();
        assertThat(view.gitManaged()).isTrue();
    }

    /* A pod that is being replaced still serves sessions, one that has ended does not. */
    @Test
    void knowsTheHashesOfAllPodsThatMayServeSessions() {
        // Given
        JsonNode leaving = tagged("5d8", "deletionTimestamp: '2026-01-01T00:00:00Z', ", "Running");
        JsonNode ended = tagged("3c1", "", "Failed");
        // When
        SlotView view = fine(List.of(set("new", "new")), List.of(tagged("7f4", "", "Running"), leaving, ended));
        // Then
        assertThat(view.tags()).containsExactlyInAnyOrder("7f4", "5d8");
    }

    private static JsonNode tagged(String hash, String more, String phase) {
        return Yaml.tree("""
                metadata: {name: p, %slabels: {pod-template-hash: '%s'}, ownerReferences: [{uid: new, controller: true}]}
                status: {phase: %s}
                """.formatted(more, hash, phase));
    }

    @Test
    void isNotPureWhileAPodOfAnOlderTemplateServes() {
        // When
        SlotView view = fine(
                List.of(set("old", "old"), set("new", "new")),
                List.of(pod("new", true, "x"), pod("new", true, "x"), pod("old", true, "x")));
        // Then
        assertThat(view.othersServing()).isTrue();
        assertThat(view.isPure()).isFalse();
    }

    @Test
    void knowsNoReadyPodAsLongAsItHasNotSeenTheReplicaSetOfTheTemplate() {
        // When
        SlotView view = fine(List.of(set("old", "old")), List.of(pod("old", true, "x")));
        // Then
        assertThat(view.ready()).isZero();
        assertThat(view.isPure()).isFalse();
    }

    @Test
    void isNotSettledWithTwoImagesUnderOneTag() {
        // When
        SlotView view = fine(List.of(set("new", "new")), List.of(pod("new", true, "x"), pod("new", true, "y")));
        // Then
        assertThat(view.isPure()).isTrue();
        assertThat(view.isSettled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1970-01-01T00:00:00Z, 1", "1969-12-31T23:59:00Z, 1", "1969-12-31T23:58:59Z, 0"})
    void countsNoPodThatWasEvictedAndTellsOfItForAMinute(String evicted, int facts) {
        // Given
        JsonNode left = Yaml.tree("""
                metadata: {name: p, ownerReferences: [{uid: new, controller: true}]}
                status:
                  phase: Failed
                  reason: Evicted
                  conditions: [{type: DisruptionTarget, status: 'True', message: disk full, lastTransitionTime: '%s'}]
                """.formatted(evicted));
        // When
        SlotView view = fine(List.of(set("new", "new")), List.of(pod("new", true, "x"), pod("new", true, "x"), left));
        // Then
        assertThat(view.isSettled()).isTrue();
        assertThat(view.facts()).hasSize(facts);
    }

    @Test
    void tellsFromTheDeploymentAloneThatOldPodsAreLeft() {
        // When
        SlotView view = SlotReader.coarse(DEPLOYMENT, new Revision("1-a"), Instant.EPOCH);
        // Then
        assertThat(view.othersServing()).isTrue();
        assertThat(view.ready()).isEqualTo(2);
        assertThat(view.wanted()).isEqualTo(2);
    }

    @Test
    void copiesATemplateButForTheLabelsOfTheSlot() {
        // Given
        JsonNode from = Yaml.tree(
                "spec: {template: {metadata: {labels: {app: a, version: v2, new: x}}, spec: {containers: [{image: new}]}}}");
        JsonNode to = Yaml.tree(
                "spec: {template: {metadata: {labels: {app: a, version: v1, old: y}}, spec: {containers: [{image: old}]}}}");
        // When
        JsonNode copy = KubeWorkloads.copy(from, to, Set.of("app", "version"));
        // Then
        assertThat(copy)
                .isEqualTo(Yaml.tree(
                        "{metadata: {labels: {new: x, app: a, version: v1}}, spec: {containers: [{image: new}]}}"));
    }
}
