package io.mcprollout.sandbox.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void callsAreEvenlySpacedInEveryStretch() {
        // Given
        Schedule schedule = Schedule.constant(10)
                .then(Duration.ofSeconds(1), 0)
                .then(Duration.ofSeconds(2), 100)
                .then(Duration.ofSeconds(3), 0);

        // When
        List<Long> due = LongStream.iterate(schedule.after(0), nanos -> nanos != Schedule.NEVER, schedule::after)
                .boxed()
                .toList();

        // Then
        assertThat(due).filteredOn(nanos -> nanos < 1_000_000_000L).hasSize(9);
        assertThat(due)
                .filteredOn(nanos -> nanos >= 1_000_000_000L && nanos < 2_000_000_000L)
                .isEmpty();
        assertThat(due)
                .filteredOn(nanos -> nanos >= 2_000_000_000L && nanos < 3_000_000_000L)
                .hasSize(99);
        assertThat(due).hasSize(108).isSorted();
    }

    @Test
    void stretchesOutOfOrderAreRefused() {
        // Given
        Schedule schedule = Schedule.constant(1).then(Duration.ofSeconds(5), 2);

        // Then
        assertThatThrownBy(() -> schedule.then(Duration.ofSeconds(5), 3))
                .hasMessage("schedule: stretch 2 does not begin after the one before");
        assertThatThrownBy(() -> Schedule.constant(-1)).hasMessageContaining("callsPerSecond: -1.0 is no rate");
    }
}
