package io.mcprollout.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

    @Test
    void everyFaultSurvivesItsJsonForm() {
        // Given
        Faults faults = Faults.of(
                new Fault.ToolError("search", 0.2),
                new Fault.RpcError("tools/call", -32603, 1),
                new Fault.HttpError("*", 503, 0.5),
                new Fault.Latency("tools/call", 20, 80),
                new Fault.Hang("*", Fault.Hang.Style.ENDLESS_STREAM, 0.1),
                new Fault.Malformed("tools/list", 1),
                new Fault.Deep("*", 10_000),
                new Fault.HugeToolsList(50_000_000),
                new Fault.ToolRemoved("add"),
                new Fault.ToolRenamed("echo", "say"),
                new Fault.ToolChanged("search"),
                new Fault.Unready(),
                new Fault.Exit(100, 137, "OOMKilled"));

        // When
        Faults read = Faults.parse(faults.toJson());

        // Then
        assertThat(read).isEqualTo(faults);
        assertThat(faults.list().stream().map(Object::getClass).distinct().toList())
                .hasSameElementsAs(List.of(Fault.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{"toolError":{"tool":"search","rate":2}}]   | toolError.rate: 2.0 is no share; use 0..1
            [{"toolError":{"tool":"search"}}]            | rate
            [{"toolError":{"tool":" ","rate":1}}]        | toolError.tool: missing
            [{"httpError":{"on":"*","status":200,"rate":1}}] | httpError.status: 200 is no HTTP error
            [{"latency":{"on":"*","medianMs":9,"p99Ms":3}}]  | use 0 < medianMs <= p99Ms
            [{"toolErr":{"tool":"search","rate":1}}]     | toolErr
            {"toolError":{"tool":"search","rate":0.2}}   | expected a list such as
            """)
    void badJsonIsRefusedByName(String json, String message) {
        // When
        var refused = assertThatThrownBy(() -> Faults.parse(json));

        // Then
        refused.isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("MCP_FAULTS: ")
                .hasMessageContaining(message);
    }

    @Test
    void aServerIsDescribedByItsEnvironment() {
        // Given
        Map<String, String> env = Map.of(
                "MCP_NAME",
                "demo",
                "MCP_MODE",
                "stateful",
                "PORT",
                "8080",
                "MCP_SEED",
                "7",
                "MCP_FAULTS",
                "[{\"unready\":{}}]");

        // When
        ServerSpec spec = ServerSpec.fromEnvironment("1.1", env);

        // Then
        assertThat(spec)
                .isEqualTo(new ServerSpec(
                        "demo", "1.1", ServerSpec.Mode.STATEFUL, 8080, 7, Faults.of(new Fault.Unready())));
        assertThatThrownBy(() -> ServerSpec.fromEnvironment("1", Map.of("PORT", "http")))
                .hasMessage("PORT: \"http\" is no whole number");
        assertThatThrownBy(() -> ServerSpec.fromEnvironment("1", Map.of("MCP_MODE", "both")))
                .hasMessage("MCP_MODE: \"both\" is no mode; use stateless or stateful");
    }

    @Test
    void diceAreUniformAndIndependentOfWhatElseIsDrawn() {
        // Given
        Dice alone = new Dice(42);
        Dice mixed = new Dice(42);

        // When
        double[] a =
                IntStream.range(0, 20_000).mapToDouble(i -> alone.next("a")).toArray();
        double[] b = IntStream.range(0, 20_000)
                .mapToDouble(i -> {
                    mixed.next("b");
                    return mixed.next("a");
                })
                .toArray();

        // Then
        assertThat(b).containsExactly(a);
        assertThat(IntStream.range(0, 10)
                        .mapToLong(decile -> Arrays.stream(a)
                                .filter(u -> (int) (u * 10) == decile)
                                .count()))
                .allMatch(count -> count > 1800 && count < 2200);
    }
}
