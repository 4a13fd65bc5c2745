package io.mcprollout.it.kube;

import static io.mcprollout.it.kube.KubeBed.KEY;
import static io.mcprollout.it.kube.KubeBed.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.RolloutStore.Entry;
import io.mcprollout.controller.port.RolloutStore.Memory;
import io.mcprollout.controller.port.RolloutStore.Saved;
import io.mcprollout.controller.port.RolloutStore.Stored;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Cause;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Desired;
import io.mcprollout.policy.rollout.Drain;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.rollout.StepClock;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is remembered of a rollout, and where. */
class RolloutStoreTest extends StoreBed {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Run run(Setup setup) {
        return new Run(
                setup.plan(),
                new Cohort(new Revision("1-old"), NEW),
                4,
                0,
                new PinId(Slot.A, 1),
                new PinId(Slot.B, 2),
                NOW,
                1);
    }

    private Entry entry(RolloutState state, Optional<Setup> setup, List<Revision> condemned, Instant now) {
        Rollout rollout = in(state, condemned);
        Weight weight = state instanceof RolloutState.Live live ? live.weight() : Weight.NONE;
        var decision = new Decision(
                rollout,
                new io.mcprollout.policy.traffic.TrafficPlan(new Split(Slot.A, weight), Set.of()),
                Decision.Act.HOLD,
                Decision.Pacing.NONE,
                List.of(),
                new Decision.Rationale("Evidence", "needs 3 more pairs", Optional.of(now.plusSeconds(60)), "holds"));
        var slots = Map.of(
                Slot.A,
                        new SlotView(
                                "stable",
                                Optional.of(new Revision("1-old")),
                                true,
                                1,
                                1,
                                1,
                                false,
                                1,
                                false,
                                List.of(),
                                Optional.empty()),
                Slot.B,
                        new SlotView(
                                "canary",
                                Optional.of(NEW),
                                true,
                                1,
                                1,
                                1,
                                false,
                                1,
                                false,
                                List.of(),
                                Optional.empty()));
        var seen = new Observation(
                now,
                Mode.Active,
                false,
                new Desired.Refused("x", List.of()),
                List.of(),
                slots,
                List.<RouteView>of(new RouteView.Seen("mcp-server/mcp", new Split(Slot.A, weight), Set.of())),
                new Observation.Evidence(new Verdict.Inconclusive("x"), false),
                Observation.Probes.NONE,
                Duration.ofSeconds(1));
        return new Entry(1, new Memory(rollout, setup, "engine"), decision, seen, Optional.empty(), List.of(), "");
    }

    private Entry stepping() {
        Setup setup = bed.setup();
        return entry(
                new RolloutState.Stepping(run(setup), 0, StepClock.start(NOW), true, NOW),
                Optional.of(setup),
                List.of(),
                NOW);
    }

    private JsonNode stored() {
        return bed.api.get("mcprollouts", NAMESPACE, "mcp-server").orElseThrow();
    }

    @Test
    void remembersWhatWasSavedAndShowsIt() {
        // Given
        bed.withRollout("");
        Entry entry = stepping();
        // When
        Saved saved = bed.store.save(KEY, entry);
        // Then
        assertThat(saved).isEqualTo(Saved.SAVED);
        assertThat(bed.load().memory()).contains(entry.memory());
        JsonNode status = stored().path("status");
        assertThat(status.path("phase").asText()).isEqualTo("Stepping");
        assertThat(status.path("step").asInt()).isEqualTo(1);
        assertThat(status.at("/weight/desired").asInt()).isEqualTo(10);
        assertThat(status.at("/weight/written").asInt()).isEqualTo(10);
        assertThat(status.path("revision").asText()).isEqualTo("1-new");
        assertThat(status.path("until").asText()).isEqualTo("2026-01-01T00:01:00Z");
        assertThat(status.path("candidateDeployment").asText()).isEqualTo("canary");
        assertThat(status.at("/observed/b/hash").asText()).isEqualTo("1-new");
        assertThat(status.at("/history/0/revision").asText()).isEqualTo("1-new");
        assertThat(condition(status, "Reconciling").path("status").asText()).isEqualTo("True");
        assertThat(condition(status, "Ready").path("status").asText()).isEqualTo("False");
        assertThat(status.toString().length()).isLessThan(16 * 1024);
    }

    @Test
    void showsHowSessionsAreKeptAndWhoIsWaitedFor() {
        // Given
        bed.withRollout("");
        Entry entry = stepping();
        var seen = entry.seen();
        var tested = new Observation(
                seen.now(),
                seen.mode(),
                false,
                seen.desired(),
                List.of(),
                seen.slots(),
                seen.routes(),
                seen.evidence(),
                new Observation.Probes(
                        3, true, "", Optional.of(new PinTest.Passed(NOW, PinTest.Way.SERVER_MINTED, 40))),
                seen.interval());
        Rollout rollout = entry.memory().rollout();
        Drain drain = new Drain(
                new Pin(new PinId(Slot.B, 2), Set.of("7f4"), false),
                Optional.of(NEW),
                false,
                NOW,
                Duration.ofMinutes(5),
                NOW.plusSeconds(3600));
        Rollout waiting = new Rollout(
                rollout.stable(),
                rollout.slots(),
                rollout.attempt(),
                rollout.condemned(),
                rollout.consumed(),
                rollout.starts(),
                rollout.contest(),
                Optional.of(drain),
                rollout.state());
        Memory memory = new Memory(waiting, entry.memory().setup(), "engine");
        // When
        bed.store.save(KEY, new Entry(1, memory, entry.decision(), tested, Optional.empty(), List.of(), ""));
        // Then
        JsonNode sessions = stored().at("/status/sessions");
        assertThat(sessions.path("pinning").asText()).isEqualTo("ServerMinted");
        assertThat(sessions.path("draining").asText()).isEqualTo("canary");
        assertThat(sessions.path("until").asText()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(bed.load().memory()).contains(memory);
    }

    private static JsonNode condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return status.path("no condition " + type);
    }

    @Test
    void survivesARestart() {
        // Given
        bed.withRollout("");
        Entry entry = stepping();
        bed.store.save(KEY, entry);
        // When
        JsonNode memory = stored().at("/status/memory");
        // Then
        assertThat(memory.at("/state/is").asText()).isEqualTo("Stepping");
        assertThat(stored().at("/status/plan/plan/steps")).hasSize(2);
        assertThat(stored().at("/status/engine").asText()).isEqualTo("engine");
    }

    @Test
    void holdsAFinalizerOnlyWhileSomethingIsRolledOut() {
        // Given
        bed.withRollout("");
        // When
        bed.store.save(KEY, stepping());
        List<String> during = finalizers();
        bed.store.save(KEY, entry(new RolloutState.Idle(), Optional.empty(), List.of(), NOW));
        bed.store.letGo(KEY);
        bed.store.letGo(KEY);
        // Then
        assertThat(during).containsExactly("mcprollout.io/traffic");
        assertThat(finalizers()).isEmpty();
    }

    private List<String> finalizers() {
        return stored().at("/metadata/finalizers").findValuesAsText("").isEmpty()
                ? java.util.stream.StreamSupport.stream(
                                stored().at("/metadata/finalizers").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList()
                : List.of();
    }

    @Test
    void doesNotOverwriteWhatSomebodyElseWroteMeanwhile() {
        // Given
        bed.withRollout("");
        Entry entry = stepping();
        bed.store.save(KEY, entry);
        bed.rollouts.close();
        bed.api.mergePatch("mcprollouts", NAMESPACE, "mcp-server", "metadata: {labels: {a: b}}");
        // When
        Saved saved = bed.store.save(KEY, entry);
        // Then
        assertThat(saved).isEqualTo(Saved.NOT_SAVED);
    }

    @Test
    void keepsTheTimeOfATransitionAndTheHistory() {
        // Given
        bed.withRollout("");
        bed.store.save(KEY, stepping());
        var back = new RolloutState.RolledBack(NEW, Cause.CanaryWorse, "it fails", NOW);
        bed.store.save(KEY, entry(back, Optional.empty(), List.of(NEW), NOW.plusSeconds(60)));
        // When
        bed.store.save(KEY, entry(back, Optional.empty(), List.of(NEW), NOW.plusSeconds(120)));
        // Then
        JsonNode status = stored().path("status");
        assertThat(condition(status, "Accepted").path("lastTransitionTime").asText())
                .isEqualTo("2026-01-01T00:00:00Z");
        assertThat(condition(status, "Stalled").path("lastTransitionTime").asText())
                .isEqualTo("2026-01-01T00:01:00Z");
        assertThat(condition(status, "Stalled").path("status").asText()).isEqualTo("True");
        assertThat(status.at("/rollbackCause").asText()).isEqualTo("CanaryWorse: it fails");
        assertThat(status.at("/condemned/0/at").asText()).isEqualTo("2026-01-01T00:01:00Z");
        assertThat(status.path("history")).hasSize(1);
        assertThat(status.at("/history/0/outcome").asText()).isEqualTo("RolledBack");
    }

    @Test
    void onlyGoesBackWhileTheCrdIsOlderThanTheController() {
        // Given
        bed.withRollout("");
        bed.schemaIsOld = true;
        // When
        Stored stored = bed.load();
        // Then
        assertThat(stored.mode()).isEqualTo(Mode.Paused);
    }

    @Test
    void letsTheRoutesDecideWhenItsMemoryIsDamaged() {
        // Given
        bed.withRollout("");
        bed.store.save(KEY, stepping());
        bed.api.updateStatus("mcprollouts", NAMESPACE, "mcp-server", object -> {
            ((com.fasterxml.jackson.databind.node.ObjectNode) object.at("/status/memory/state")).put("is", "Flying");
            return object;
        });
        // When
        KubeBed.await()
                .until(() -> bed.load().memory().orElseThrow().rollout().state() instanceof RolloutState.Initializing);
        // Then
        assertThat(bed.load().wish()).isInstanceOf(Wish.Accepted.class);
    }

    @Test
    void rememberedInARecordThatOutlivesTheResource() {
        // Given
        bed.withRollout("");
        bed.store.save(KEY, entry(new RolloutState.Idle(), Optional.empty(), List.of(NEW), NOW));
        bed.api.delete("mcprollouts", NAMESPACE, "mcp-server");
        KubeBed.await().until(() -> bed.store.load(KEY).isEmpty());
        // When
        bed.withRollout("");
        Rollout again = bed.load().memory().orElseThrow().rollout();
        // Then
        JsonNode record = bed.api
                .get("configmaps", NAMESPACE, "mcp-server-mcprollout-record")
                .orElseThrow();
        assertThat(record.at("/metadata/ownerReferences").isMissingNode()).isTrue();
        assertThat(again.state()).isEqualTo(new RolloutState.Initializing(Optional.of(Slot.A)));
        assertThat(again.attempt()).isEqualTo(4);
        assertThat(again.condemned()).containsExactly(NEW);
    }

    @Test
    void writesTheRecordOnlyWhenItChanges() {
        // Given
        bed.withRollout("");
        bed.store.save(KEY, entry(new RolloutState.Idle(), Optional.empty(), List.of(), NOW));
        String before = recordVersion();
        bed.store.save(KEY, entry(new RolloutState.Idle(), Optional.empty(), List.of(), NOW.plusSeconds(60)));
        String same = recordVersion();
        // When
        bed.store.save(KEY, entry(new RolloutState.Idle(), Optional.empty(), List.of(NEW), NOW.plusSeconds(120)));
        // Then
        assertThat(same).isEqualTo(before);
        assertThat(recordVersion()).isNotEqualTo(before);
    }

    private String recordVersion() {
        return bed.api
                .get("configmaps", NAMESPACE, "mcp-server-mcprollout-record")
                .orElseThrow()
                .at("/metadata/resourceVersion")
                .asText();
    }

    @Test
    void aRecordThatCannotBeReadDecidesNothing() {
        // Given
        bed.api.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: mcp-server-mcprollout-record, namespace: mcp-services}
                data: {record.json: nonsense}
                """);
        bed.withRollout("");
        // When
        var refused = org.assertj.core.api.Assertions.assertThatIllegalStateException()
                .isThrownBy(bed::load);
        // Then
        refused.withMessageContaining("ConfigMap mcp-server-mcprollout-record cannot be read");
    }

    /** A spec as large as it may be, after twenty rollbacks with long reasons. */
    @Test
    void statusOfTheLargestRolloutFitsSixteenKilobytes() {
        // Given
        withLargeSpec(4200);
        Setup setup = bed.setup();
        String reason = "it fails ".repeat(200);
        List<Revision> condemned = new java.util.ArrayList<>();
        for (int i = 0; i < 20; i++) {
            condemned.add(new Revision("1-0123456789" + (10 + i)));
            var back = new RolloutState.RolledBack(condemned.getLast(), Cause.CanaryWorse, reason, NOW);
            bed.store.save(KEY, entry(back, Optional.empty(), condemned, NOW));
        }
        // When
        bed.store.save(
                KEY,
                entry(
                        new RolloutState.Stepping(run(setup), 0, StepClock.start(NOW), true, Instant.EPOCH),
                        Optional.of(setup),
                        condemned,
                        NOW));
        // Then
        assertThat(stored().path("status").toString().length()).isBetween(8000, 16 * 1024);
        assertThat(bed.load().memory().orElseThrow().setup()).contains(setup);
        assertThat(bed.load().memory().orElseThrow().rollout().condemned()).hasSize(20);
    }

    @Test
    void aSpecThatWouldNotFitStatusIsRefused() {
        // Given
        withLargeSpec(9000);
        // When
        Wish wish = bed.load().wish();
        // Then
        assertThat(((Wish.Refused) wish).problems()).anySatisfy(problem -> {
            assertThat(problem.reason()).isEqualTo("SpecTooLarge");
            assertThat(problem.message()).contains("shorten the arguments of tool calls");
        });
    }

    private void withLargeSpec(int characters) {
        bed.withRollout("");
        String keys = IntStream.range(0, 32)
                .mapToObj(i -> "\"k" + i + "x".repeat(characters / 32) + "\"")
                .collect(java.util.stream.Collectors.joining(","));
        bed.api.mergePatch(
                "mcprollouts", NAMESPACE, "mcp-server", "{\"spec\":{\"workloads\":{\"ignore\":[" + keys + "]}}}");
        KubeBed.await()
                .until(() -> bed.rollouts.get(KEY).orElseThrow().toString().contains("k31x"));
    }
}
