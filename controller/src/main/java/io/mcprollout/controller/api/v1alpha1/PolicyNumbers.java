package io.mcprollout.controller.api.v1alpha1;

import static io.mcprollout.controller.api.v1alpha1.Formats.LARGE_PERCENT;
import static io.mcprollout.controller.api.v1alpha1.Formats.PERCENT;
import static io.mcprollout.controller.api.v1alpha1.Formats.POSITIVE_DURATION;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import org.jspecify.annotations.Nullable;

/** The numbers of a decision; what is absent is as in the preset {@code standard}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PolicyNumbers(
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

    /** What happens when a step's deadline passes without a verdict. */
    public enum OnInconclusive {
        Hold,
        Rollback
    }

    /** These numbers, and {@code base}'s where these are absent. */
    public PolicyNumbers over(PolicyNumbers base) {
        return new PolicyNumbers(
                first(falseRollbackProbability, base.falseRollbackProbability),
                first(falseAdvanceProbability, base.falseAdvanceProbability),
                first(margin, base.margin),
                first(relativeMargin, base.relativeMargin),
                first(harmBudget, base.harmBudget),
                first(minimumDwell, base.minimumDwell),
                first(deadline, base.deadline),
                first(blipTolerance, base.blipTolerance),
                first(scrapeInterval, base.scrapeInterval),
                first(pairInterval, base.pairInterval),
                first(onInconclusive, base.onInconclusive),
                first(noDataDeadline, base.noDataDeadline),
                first(holdWindow, base.holdWindow),
                first(tolerableSlowdown, base.tolerableSlowdown));
    }

    private static <T> @Nullable T first(@Nullable T mine, @Nullable T theirs) {
        return mine == null ? theirs : mine;
    }
}
