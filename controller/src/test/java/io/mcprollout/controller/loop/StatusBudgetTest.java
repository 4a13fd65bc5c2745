package io.mcprollout.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusBudgetTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    @Test
    void rolloutsThatWereSavedTogetherAreDueAtDifferentTimesNoneBeforeTheInterval() {
        // Given
        StatusBudget budget = new StatusBudget(INTERVAL, 50);
        Set<Instant> due = new HashSet<>();

        // When
        for (int i = 0; i < 1000; i++) {
            due.add(budget.due(new RolloutKey("mcp", "server-" + i), NOW));
        }

        // Then
        assertThat(due)
                .hasSizeGreaterThan(100)
                .allSatisfy(at -> assertThat(at).isBetween(NOW.plus(INTERVAL), NOW.plusSeconds(36)));
    }

    @Test
    void allTogetherWriteSoManyTimesASecond() {
        // Given
        StatusBudget budget = new StatusBudget(INTERVAL, 50);
        int taken = 0;

        // When
        for (int millisecond = 0; millisecond < 10_000; millisecond++) {
            taken += budget.take(NOW.plusMillis(millisecond)) ? 1 : 0;
        }

        // Then
        assertThat(taken).isBetween(540, 551);
    }

    @Test
    void timeThatGoesBackGivesNothing() {
        // Given
        StatusBudget budget = new StatusBudget(INTERVAL, 1);
        budget.take(NOW);

        // When
        boolean again = budget.take(NOW.minusSeconds(60)) || budget.take(NOW);

        // Then
        assertThat(again).isFalse();
    }
}
