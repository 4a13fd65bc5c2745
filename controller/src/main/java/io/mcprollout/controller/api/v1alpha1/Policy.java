package io.mcprollout.controller.api.v1alpha1;

import static io.mcprollout.controller.api.v1alpha1.Formats.LARGE_PERCENT;
import static io.mcprollout.controller.api.v1alpha1.Formats.NAME;
import static io.mcprollout.controller.api.v1alpha1.Formats.PERCENT;
import static io.mcprollout.controller.api.v1alpha1.Formats.POSITIVE_DURATION;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers.OnInconclusive;
import org.jspecify.annotations.Nullable;

/** By which numbers a rollout is decided: exactly one base, and single numbers that differ from it. */
@ValidationRule(
        value = "has(self.preset) != has(self.name)",
        message = "exactly one of preset and name must be set; single numbers beside it override it")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Policy(
        @Nullable @JsonPropertyDescription("A set of numbers that comes with the controller.")
        Preset preset,

        @Nullable
        @Pattern(NAME)
        @Size(max = 253)
        @JsonPropertyDescription("Name of a McpRolloutPolicy in this namespace.")
        String name,

        @Nullable @Pattern(PERCENT) @JsonPropertyDescription(Meanings.FALSE_ROLLBACK_PROBABILITY)
        String falseRollbackProbability,

        @Nullable @Pattern(PERCENT) @JsonPropertyDescription(Meanings.FALSE_ADVANCE_PROBABILITY)
        String falseAdvanceProbability,

        @Nullable @Pattern(PERCENT) @JsonPropertyDescription(Meanings.MARGIN)
        String margin,

        @Nullable @Pattern(LARGE_PERCENT) @JsonPropertyDescription(Meanings.RELATIVE_MARGIN)
        String relativeMargin,

        @Nullable @Pattern(PERCENT) @JsonPropertyDescription(Meanings.HARM_BUDGET)
        String harmBudget,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.MINIMUM_DWELL)
        String minimumDwell,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.DEADLINE)
        String deadline,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.BLIP_TOLERANCE)
        String blipTolerance,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.SCRAPE_INTERVAL)
        String scrapeInterval,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.PAIR_INTERVAL)
        String pairInterval,

        @Nullable @JsonPropertyDescription(Meanings.ON_INCONCLUSIVE)
        OnInconclusive onInconclusive,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.NO_DATA_DEADLINE)
        String noDataDeadline,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription(Meanings.HOLD_WINDOW)
        String holdWindow,

        @Nullable @Pattern(LARGE_PERCENT) @JsonPropertyDescription(Meanings.TOLERABLE_SLOWDOWN)
        String tolerableSlowdown) {

    /** Sets of numbers that come with the controller. */
    public enum Preset {
        @JsonProperty("cautious")
        Cautious,
        @JsonProperty("standard")
        Standard,
        @JsonProperty("fast")
        Fast
    }

    /** The numbers that differ from the base. */
    public PolicyNumbers overrides() {
        return new PolicyNumbers(
                falseRollbackProbability,
                falseAdvanceProbability,
                margin,
                relativeMargin,
                harmBudget,
                minimumDwell,
                deadline,
                blipTolerance,
                scrapeInterval,
                pairInterval,
                onInconclusive,
                noDataDeadline,
                holdWindow,
                tolerableSlowdown);
    }
}
