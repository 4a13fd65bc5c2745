package io.mcprollout.sandbox.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.sandbox.agent.CallResult;
import io.mcprollout.sandbox.agent.Failure;
import io.mcprollout.sandbox.agent.ToolCall;
import io.mcprollout.sandbox.story.RolloutView;
import io.mcprollout.sandbox.story.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoryTest {

    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

    @Test
    void theWayBackEndsWhenNoAgentReachesTheCanaryAnyMore() {
        // Given
        Story story = begun(Scenario.BAD);
        story.weight(at(5), 10);
        story.strike(at(6));

        // When
        story.weight(at(9), 0);
        story.call(call(9.1, "canary", Failure.TOOL_ERROR));
        story.call(call(9.6, "stable", null));

        // Then
        assertThat(story.faultToStable()).isEqualTo(3.1);
        assertThat(story.weights())
                .containsExactly(new Story.Weighed(0, 0), new Story.Weighed(5, 10), new Story.Weighed(9, 0));
    }

    @Test
    void onlyFailuresOfTheCanaryUnderItsOwnFaultAreItsFault() {
        // Given
        Story story = begun(Scenario.BAD);
        story.strike(at(6));

        // When
        List<Boolean> blamed = List.of(
                story.isCanarysFault(call(7, "canary", Failure.TOOL_ERROR)),
                story.isCanarysFault(call(5, "canary", Failure.TOOL_ERROR)),
                story.isCanarysFault(call(7, "stable", Failure.TOOL_ERROR)));

        // Then
        assertThat(blamed).containsExactly(true, false, false);
    }

    @Test
    void aCallFailsUnderTheCanarysFaultFromTheFaultUntilTheCallsUnderWayHaveEnded() {
        // Given
        Story story = begun(Scenario.BAD);
        story.weight(at(5), 10);
        story.strike(at(6));
        story.weight(at(9), 0);

        // When
        List<Boolean> blamed = List.of(
                story.isUnderCanarysFault(at(5.9)),
                story.isUnderCanarysFault(at(7)),
                story.isUnderCanarysFault(at(13.9)),
                story.isUnderCanarysFault(at(14.1)));

        // Then
        assertThat(blamed).containsExactly(false, true, true, false);
    }

    @Test
    void aCanaryThatNeverHadWeightFailsNoCall() {
        // Given
        Story story = begun(Scenario.BAD);

        // When
        story.strike(at(0));

        // Then
        assertThat(story.isUnderCanarysFault(at(1))).isFalse();
    }

    @Test
    void aSharedOutageIsNobodysFaultAndMustNotSeeARise() {
        // Given
        Story story = begun(Scenario.OUTAGE);
        story.weight(at(5), 25);
        story.strike(at(6));
        story.weight(at(7), 50);
        story.mend(at(8));
        Story patient = begun(Scenario.OUTAGE);
        patient.weight(at(5), 25);
        patient.strike(at(6));
        patient.mend(at(8));

        // When
        patient.weight(at(9), 50);

        // Then
        assertThat(story.roseUnderFault()).isTrue();
        assertThat(patient.roseUnderFault()).isFalse();
        assertThat(story.isCanarysFault(call(7, "canary", Failure.TOOL_ERROR))).isFalse();
        assertThat(story.faultToStable()).isNull();
    }

    @Test
    void aDecisionIsKeptWhenItSaysSomethingNewAndNotWhenOnlyItsNumbersMove() {
        // Given
        Story story = begun(Scenario.GOOD);

        // When
        story.status(at(1), view("Stepping", 10, "12 more pairs are needed"));
        story.status(at(2), view("Stepping", 10, "11 more pairs are needed"));
        story.status(at(3), view("Stepping", 25, "30 more pairs are needed"));
        story.status(at(4), view("Stepping", 25, "stable fails too"));

        // Then
        assertThat(story.decisions()).extracting(Story.Said::seconds).containsExactly(1.0, 3.0, 4.0);
    }

    private static Story begun(Scenario scenario) {
        Story story = new Story(scenario);
        story.begin(START);
        return story;
    }

    private static Instant at(double seconds) {
        return START.plusMillis((long) (seconds * 1000));
    }

    static RolloutView view(String phase, int weight, String message) {
        return new RolloutView(phase, 1, weight, message, "", "", "", "", 0, 0, List.of());
    }

    private static CallResult call(double seconds, String variant, @Nullable Failure failure) {
        return new CallResult(
                ToolCall.of("search", Map.of()), at(seconds), Duration.ofMillis(5), variant, "1.1", failure, "");
    }
}
