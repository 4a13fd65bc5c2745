package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"0s,PT0S", "250ms,PT0.25S", "5m,PT5M", "1h30m,PT1H30M", "1m5s10ms,PT1M5.01S"})
    void readsWhatPeopleWrite(String text, Duration expected) {
        // When
        var read = DurationText.parse(text);
        // Then
        assertThat(read).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "5 m", "5min", "-5m", "5m!", "1.5h"})
    void readsNothingElse(String text) {
        // When
        var read = DurationText.parse(text);
        // Then
        assertThat(read).isEmpty();
    }
}
