package io.mcprollout.sandbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.sandbox.engine.Cost.Case;
import io.mcprollout.sandbox.engine.Cost.Kind;
import io.mcprollout.simulation.Summary;
import io.mcprollout.simulation.World;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each field of a policy costs, and the page of it. */
class CostsTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;
    private static final Summary GOOD = new Summary(300, 0, 300, NEVER, NEVER, 613, 3, NEVER);
    private static final Summary FOUND = new Summary(300, 297, 3, 60, 90, NEVER, 14, 12);
    private static final Summary SELDOM = new Summary(300, 3, 297, NEVER, NEVER, 613, 460, NEVER);

    @Test
    void everyFieldOfAPolicyIsTriedButTheTimeWithoutAnyData() throws IOException {
        // Given
        List<String> fields = new ArrayList<>(List.of("relativeMargin"));
        try (InputStream in = Numbers.class.getResourceAsStream("/io/mcprollout/policy/presets/standard.yaml")) {
            new YAMLMapper().readTree(in).path("spec").fieldNames().forEachRemaining(fields::add);
        }
        fields.remove("noDataDeadline");

        // When
        List<String> tried = Trial.ALL.stream().map(Trial::field).toList();

        // Then
        assertThat(tried).containsExactlyInAnyOrderElementsOf(fields);
    }

    @Test
    void oneValueOfEachFieldIsThatOfStandardAndTheOthersDiffer() {
        // Given
        Costs costs = new Costs(1);
        List<String> told = new ArrayList<>();

        // When
        List<Cost> measured = costs.measure(cost -> told.add(cost.field()));

        // Then
        assertThat(told).hasSize(Trial.ALL.size());
        assertThat(measured).allSatisfy(cost -> {
            assertThat(cost.rows().stream().filter(Cost.Row::preset)).hasSize(1);
            assertThat(cost.rows().stream().map(Cost.Row::summaries).distinct()).hasSizeGreaterThan(1);
        });
    }

    @Test
    void thePageHasALineForEachValue(@TempDir Path folder) throws IOException {
        // Given
        World world = World.of(10, .01);
        Cost cost = new Cost(
                "margin",
                Map.of("deadline", "10m"),
                List.of(
                        new Case("equal", Kind.GOOD, world),
                        new Case("−20 points", Kind.FAILING, world),
                        new Case("×2.0", Kind.SLOW, world)),
                List.of(
                        new Cost.Row("0.5%", true, List.of(GOOD, FOUND, FOUND)),
                        new Cost.Row("1%", false, List.of(GOOD, SELDOM, SELDOM))));

        // When
        new CostsPage(List.of(cost)).write(folder.resolve("site").resolve("page.md"));

        // Then
        assertThat(Files.readString(folder.resolve("site").resolve("page.md"))).contains("300 for each cell", """
                        ## margin

                        With `deadline: 10m`.

                        |  | equal | promoted | −20 points | ×2.0 |
                        |---|---|---|---|---|
                        | **0.5%** | 0 (≤ 0.99 %) | 100 %, 613 s | 99.0 %, 60.0 s, 14 | 99.0 %, 60.0 s |
                        | 1% | 0 (≤ 0.99 %) | 100 %, 613 s | 1.00 %, –, 460 | 1.00 %, – |
                        """);
    }
}
