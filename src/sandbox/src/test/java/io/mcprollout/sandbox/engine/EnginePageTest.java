package io.mcprollout.sandbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.simulation.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Page and JSON from given results. */
class EnginePageTest {
    private static final Speed SPEED = new Speed(
            List.of(new Speed.Update("fast", new Speed.Rate(31_415, 27_182), new Speed.Rate(16_180, 57_721))),
            new Speed.Rate(14_142, 1),
            new Speed.Rate(17_320, 2),
            2236);
    private static final double NEVER = Double.POSITIVE_INFINITY;
    private static final Summary HEALTHY = new Summary(100, 0, 100, NEVER, NEVER, 150, 3, NEVER);
    private static final Summary WORSE = new Summary(100, 7, 90, NEVER, NEVER, 240, 4, NEVER);
    private static final Summary FOUND = new Summary(100, 100, 0, 10, 20, NEVER, 5, 12);
    private static final Summary FOUND_SOONER = new Summary(100, 100, 0, 5, 9, NEVER, 2, 6);

    @Test
    void theJsonHasEveryLineWithItsFields(@TempDir Path folder) throws IOException {
        // Given
        EngineReport report = report(HEALTHY, FOUND, HEALTHY, FOUND);
        Path file = folder.resolve("bench").resolve("engine.json");

        // When
        report.write(file);

        // Then
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.path("fullUpdatesPerSecondAndCore").path("fast").asInt())
                .isEqualTo(31_415);
        assertThat(json.path("bytesPerFullUpdate").path("fast").asInt()).isEqualTo(27_182);
        assertThat(json.path("state").path("encodedBytes").asInt()).isEqualTo(2236);
        JsonNode settings = json.path("settings");
        assertThat(settings).hasSize(report.rows().size());
        assertThat(settings.get(0).path("world").asText()).isEqualTo("equal, 0.5 req/s");
        assertThat(settings.get(0).path("falseRollback").asDouble()).isZero();
        assertThat(settings.get(0).path("falseRollbackUpper95").asDouble()).isBetween(.029, .030);
        assertThat(settings.get(0).path("medianSecondsToPromote").asDouble()).isEqualTo(150);
        assertThat(settings).anySatisfy(line -> {
            assertThat(line.path("detected").asDouble()).isEqualTo(1);
            assertThat(line.path("medianSecondsToRollback").asDouble()).isEqualTo(10);
            assertThat(line.path("medianSecondsToPromote").isNull()).isTrue();
        });
    }

    @Test
    void aBetterCompetitorIsNamed(@TempDir Path folder) throws IOException {
        // Given
        EnginePage page = new EnginePage(report(HEALTHY, FOUND, WORSE, FOUND_SOONER));

        // When
        page.write(folder.resolve("page.md"), folder);

        // Then
        assertThat(Files.readString(folder.resolve("page.md")))
                .contains("Argo ≥ 99 %: 2.0 failed, back after 5.0 s (but sends 7.00 % of healthy versions back)")
                .contains("×0.4");
        assertThat(folder.resolve("engine-time-to-rollback.svg")).content().contains("</svg>");
    }

    @Test
    void aBrokenBoundIsSaid(@TempDir Path folder) throws IOException {
        // Given
        EnginePage page = new EnginePage(report(WORSE, FOUND, HEALTHY, FOUND));

        // When
        page.write(folder.resolve("page.md"), folder);

        // Then
        assertThat(Files.readString(folder.resolve("page.md")))
                .contains("**Above 1 %**: equal, 0.5 req/s (7 of 100)")
                .contains("goes back less often, 0");
    }

    private static EngineReport report(
            Summary harmless, Summary harmful, Summary othersHarmless, Summary othersHarmful) {
        List<Row> rows = new ArrayList<>();
        for (Setting setting : Worlds.all()) {
            for (Engine engine : setting.engines()) {
                Summary ours = setting.harmless() ? harmless : harmful;
                Summary others = setting.harmless() ? othersHarmless : othersHarmful;
                rows.add(new Row(setting, engine, engine.isOurs() ? ours : others));
            }
        }
        return new EngineReport(rows, Optional.of(SPEED), 1);
    }
}
