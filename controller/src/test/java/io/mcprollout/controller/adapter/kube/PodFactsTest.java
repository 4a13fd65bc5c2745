package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PodFactsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    private static final String CORDONED = "spec: {unschedulable: true}";
    private static final String NOT_READY =
            "status: {conditions: [{type: Ready, status: Unknown, lastTransitionTime: '2026-01-01T00:04:00Z'}]}";
    private static final String BACK_SINCE_SIX_PAST =
            "status: {conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-01-01T00:06:00Z'}]}";

    private static List<Fact> facts(String status, String node) {
        var pod = Yaml.tree("metadata: {name: p, creationTimestamp: '2026-01-01T00:00:00Z'}\nspec: {nodeName: n}\n"
                + "status:\n" + status.indent(2));
        return PodFacts.of(pod, NOW, (name, at) -> node.isEmpty() ? NodeView.WELL : NodeView.of(Yaml.tree(node)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{lastState: {terminated: {exitCode: 1, finishedAt: '2026-01-01T00:05:00Z'}}} | CRASHED",
                "{state: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: '2026-01-01T00:05:00Z'}}} | OOM_KILLED",
                "{state: {waiting: {reason: CrashLoopBackOff}}} | CRASH_LOOP",
                "{state: {waiting: {reason: ImagePullBackOff}}} | IMAGE_PULL",
                "{state: {waiting: {reason: CreateContainerConfigError}}} | REFUSED"
            })
    void tellsWhatHappenedToAContainer(String container, Kind expected) {
        // When
        List<Fact> facts = facts("containerStatuses: [" + container + "]", "");
        // Then
        assertThat(facts).extracting(Fact::kind).containsExactly(expected);
    }

    @Test
    void saysNothingOfAContainerThatEndedWell() {
        // When
        List<Fact> facts =
                facts("containerStatuses: [{lastState: {terminated: {exitCode: 0, reason: Completed}}}]", "");
        // Then
        assertThat(facts).isEmpty();
    }

    @Test
    void datesACrashByItsEnd() {
        // When
        List<Fact> facts = facts(
                "containerStatuses: [{name: app, restartCount: 2, lastState: {terminated: {exitCode: 3, finishedAt: '2026-01-01T00:05:00Z'}}}]",
                "");
        // Then
        assertThat(facts)
                .containsExactly(new Fact(
                        Kind.CRASHED,
                        "p",
                        "container app exited with code 3 (2 restarts)",
                        Instant.parse("2026-01-01T00:05:00Z")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-01-01T00:09:40Z | | READINESS_LOST",
                "2026-01-01T00:09:40Z | 'spec: {unschedulable: true}' | NODE_TROUBLE",
                "2026-01-01T00:09:55Z | 'spec: {unschedulable: true}' | NODE_TROUBLE",
                "2026-01-01T00:09:55Z | | ",
                "2025-12-31T23:59:58Z | | "
            })
    void countsReadinessThatWasLostForMoreThanTenSecondsOnAHealthyNode(
            String since,
            @org.jspecify.annotations.Nullable String node,
            @org.jspecify.annotations.Nullable Kind expected) {
        // Given
        String status = """
                conditions: [{type: Ready, status: 'False', lastTransitionTime: '%s'}]
                containerStatuses: [{state: {running: {startedAt: '2026-01-01T00:00:01Z'}}}]
                """.formatted(since);
        // When
        List<Fact> facts = facts(status, node == null ? "" : node);
        // Then
        assertThat(facts).extracting(Fact::kind).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void takesAnEvictionForTheWeatherWhateverItsContainersDo() {
        // Given
        String status = """
                conditions:
                  - {type: DisruptionTarget, status: 'True', reason: EvictionByEvictionAPI, lastTransitionTime: '2026-01-01T00:09:00Z'}
                  - {type: Ready, status: 'False', lastTransitionTime: '2026-01-01T00:09:00Z'}
                containerStatuses: [{state: {terminated: {exitCode: 143}}}]
                """;
        // When
        List<Fact> facts = facts(status, "");
        // Then
        assertThat(facts).extracting(Fact::kind).containsExactly(Kind.DISRUPTED);
    }

    @Test
    void tellsOfAPodWithoutANode() {
        // When
        List<Fact> facts = facts(
                "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: no room}]", "");
        // Then
        assertThat(facts)
                .extracting(Fact::kind, Fact::detail)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Kind.UNSCHEDULABLE, "has no node: no room"));
    }

    static Stream<Arguments> nodes() {
        String crash = "{terminated: {exitCode: 137, reason: Error, finishedAt: '2026-01-01T00:05:00Z'}}";
        String memory = "{terminated: {exitCode: 137, reason: OOMKilled, finishedAt: '2026-01-01T00:05:00Z'}}";
        String later = "{terminated: {exitCode: 1, reason: Error, finishedAt: '2026-01-01T00:06:01Z'}}";
        String lost = "{terminated: {exitCode: 137, reason: ContainerStatusUnknown}}";
        return Stream.of(
                Arguments.of(crash, "", Kind.CRASHED),
                Arguments.of(crash, CORDONED, Kind.CRASHED),
                Arguments.of(crash, NOT_READY, Kind.NODE_TROUBLE),
                Arguments.of(memory, NOT_READY, Kind.NODE_TROUBLE),
                Arguments.of(crash, BACK_SINCE_SIX_PAST, Kind.NODE_TROUBLE),
                Arguments.of(later, BACK_SINCE_SIX_PAST, Kind.CRASHED),
                Arguments.of(lost, "", Kind.NODE_TROUBLE));
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void blamesTheNodeForContainersThatEndedWithIt(String ended, String node, Kind expected) {
        // When
        List<Fact> facts = facts("containerStatuses: [{name: app, lastState: " + ended + "}]", node);
        // Then
        assertThat(facts).extracting(Fact::kind).containsExactly(expected);
    }

    @Test
    void aNodeThatIsGoneTookItsPodsAlong() {
        // When
        List<Fact> facts = PodFacts.of(Yaml.tree("""
                        metadata: {name: p}
                        spec: {nodeName: n}
                        status: {containerStatuses: [{name: app, state: {terminated: {exitCode: 1}}}]}"""), NOW, (name, at) -> NodeView.GONE);
        // Then
        assertThat(facts).containsExactly(new Fact(Kind.NODE_TROUBLE, "p", "container app ended with its node n", NOW));
    }
}
