package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.RolloutStore.Memory;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryJsonTest {
    @ParameterizedTest
    @MethodSource("io.mcprollout.controller.adapter.kube.Memories#states")
    void readsBackWhatItWrote(RolloutState state) throws Exception {
        // Given
        Memory memory = Memories.of(state);
        MemoryJson.Text written = MemoryJson.write(memory);
        JsonNode stored = Json.MAPPER.readTree(written.memory().toString());
        Optional<JsonNode> plan = written.plan();
        // When
        Memory read = MemoryJson.read(stored, plan, memory.engine());
        // Then
        assertThat(read).isEqualTo(memory);
    }

    @Test
    void writesTheFrozenPlanOnce() {
        // When
        MemoryJson.Text written = MemoryJson.write(Memories.of(Memories.PREPARING));
        // Then
        assertThat(written.memory().toString()).doesNotContain("harmBudget").doesNotContain("baking");
        assertThat(written.plan().orElseThrow().path("plan").path("numbers").has("harmBudget"))
                .isTrue();
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"{}", "{state: {is: Hovering}}", "{stable: C, slots: {}, state: {is: Idle}}"})
    void refusesWhatItDidNotWrite(String text) {
        // When
        var read = assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryJson.read(Yaml.tree(text), Optional.empty(), ""));
        // Then
        read.withMessageContaining("what was remembered cannot be read");
    }

    @Test
    void remembersAtFirstThatNothingIsKnown() {
        // When
        MemoryJson.Text written = MemoryJson.write(new Memory(Rollout.NEW, Optional.empty(), ""));
        // Then
        assertThat(MemoryJson.read(written.memory(), written.plan(), "").rollout())
                .isEqualTo(Rollout.NEW);
    }

    @Test
    void readsAPlanOfBeforeVirtualServicesHadNamespaces() {
        // Given
        Memory memory = Memories.of(Memories.PREPARING);
        MemoryJson.Text written = MemoryJson.write(memory);
        JsonNode older = written.plan().orElseThrow().deepCopy();
        older.findParents("elsewhere").forEach(service -> ((ObjectNode) service).remove("elsewhere"));
        // When
        Memory read = MemoryJson.read(written.memory(), Optional.of(older), memory.engine());
        // Then
        assertThat(older.toString()).doesNotContain("elsewhere").contains("virtualServices");
        assertThat(read.setup()).isEqualTo(memory.setup());
    }

    @Test
    void readsAPlanOfBeforeRoutesWereGenerated() {
        // Given
        Memory memory = Memories.of(Memories.PREPARING);
        MemoryJson.Text written = MemoryJson.write(memory);
        JsonNode older = written.plan().orElseThrow().deepCopy();
        older.findParents("delegate").forEach(routes -> ((ObjectNode) routes).remove("delegate"));
        // When
        Memory read = MemoryJson.read(written.memory(), Optional.of(older), memory.engine());
        // Then
        assertThat(older.toString()).doesNotContain("delegate").contains("virtualServices");
        assertThat(read.setup()).isEqualTo(memory.setup());
    }
}
