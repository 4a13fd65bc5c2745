package io.mcprollout.sandbox.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.agent.LoadCounts;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.story.ApiReader;
import io.mcprollout.sandbox.story.RolloutView;
import io.mcprollout.sandbox.story.ScenarioReport;
import io.mcprollout.sandbox.story.Story;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {

    private static final LoadCounts COUNTS = new LoadCounts(1180, 20, 18, 0, Map.of(), Map.of(), 1.5, 3, 9);

    @Test
    void aFrameShowsBothVersionsWeightEvidenceAgentsAndDecisions() {
        // Given
        RolloutView rollout = RolloutView.of(Json.parse("""
                {"status":{"phase":"Stepping","step":2,"message":"14 more pairs are needed","weight":{"written":25},
                 "verdict":{"answer":"Inconclusive","towardsRollback":37,"towardsAdvance":62,"evidence":[{"stream":"outside",
                 "kind":"Probe","stable":{"ok":40,"bad":1},"candidate":{"ok":38,"bad":3},"trouble":"late"}]}}}
                """.getBytes(StandardCharsets.UTF_8)));
        Frame frame = new Frame(
                Scenario.BAD,
                12.3,
                new ApiReader.Version("mcp-server-stable", "sandbox/mcp-server:1.0", 2, 2, true),
                new ApiReader.Version("mcp-server-canary", "sandbox/mcp-server:1.1", 1, 2, true),
                rollout,
                25,
                true,
                COUNTS,
                List.of(new Story.Said(3.1, "Stepping", 10, "began the step to 10 %")));

        // When
        String text = String.join("\n", new Picture(Paint.PLAIN, 118).lines(frame));

        // Then
        assertThat(text)
                .contains("demo-policy.yaml", "faster than any shipped preset")
                .contains("stable  mcp-server-stable  sandbox/mcp-server:1.0  2/2 ready")
                .contains("sandbox/mcp-server:1.1  1/2 ready   fault is on")
                .contains(" 25 %  Stepping step 2   12.3 s")
                .contains("probe outside", "40 / 1", "38 / 3  late")
                .contains("rollback  ▮▮▮▮▮▮▮▯▯▯▯▯▯▯▯▯▯▯▯▯  37 %", "advance  ▮▮▮▮▮▮▮▮▮▮▮▮▯▯▯▯▯▯▯▯  62 %")
                .contains("Inconclusive: 14 more pairs are needed")
                .contains("1200 calls  1180 ok  20 failed (18 by the canary's fault)")
                .contains("  3.1 s  Stepping    began the step to 10 %")
                .doesNotContain("\u001b");
    }

    @Test
    void theReportHasTheMembersThatItsReadersExpect(@TempDir Path folder) throws Exception {
        // Given
        Instant start = Instant.parse("2026-11-01T10:00:00Z");
        Story story = new Story(Scenario.BAD);
        story.begin(start);
        story.weight(start.plusSeconds(4), 10);
        story.strike(start.plusSeconds(5));
        story.status(start.plusSeconds(8), StoryTest.view("RollingBack", 10, "worse"));
        story.weight(start.plusSeconds(9), 0);
        Path file = folder.resolve("demo").resolve("report.json");

        // When
        ScenarioReport.write(
                List.of(new ScenarioReport(Scenario.BAD, "RolledBack", 9.5, COUNTS, "on time", story, null)), file);

        // Then
        JsonNode expected = Json.parse("""
                [{"scenario":"bad","outcome":"RolledBack","expected":"RolledBack","seconds":9.5,"faultToStableSeconds":4.0,
                  "calls":1200,"failedCalls":20,"failedByCanaryFault":18,"weights":[[0.0,0],[4.0,10],[9.0,0]],
                  "decisions":[{"seconds":8.0,"phase":"RollingBack","weight":10,"message":"worse"}]}]
                """.getBytes(StandardCharsets.UTF_8));
        assertThat(Json.parse(Files.readAllBytes(file))).isEqualTo(expected);
    }

    @Test
    void anUnknownScenarioIsRefusedWithTheOnesThereAre() {
        // When
        var refused = assertThatThrownBy(() -> Scenario.named("god"));

        // Then
        refused.hasMessage("SCENARIO=god is unknown; use good, bad, outage, crash or all");
        assertThat(Scenario.named("all")).hasSize(4);
    }
}
