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
        @Nullable
        @Pattern(PERCENT)
        @JsonPropertyDescription(
                "Bound on the probability of rolling back a healthy version, for the whole rollout, such as 1%.")
        String falseRollbackProbability,

        @Nullable
        @Pattern(PERCENT)
        @JsonPropertyDescription("Bound on the probability of letting a harmful version advance, per step, such as 5%.")
        String falseAdvanceProbability,

        @Nullable
        @Pattern(PERCENT)
        @JsonPropertyDescription(
                "Difference in failure probability between the versions that is tolerated, such as 0.5%.")
        String margin,

        @Nullable
        @Pattern(LARGE_PERCENT)
        @JsonPropertyDescription(
                "Share of the stable version's own failure rate to which margin shrinks for users' requests: 50% lets 0.1% of failures"
                        + " become 0.15%, but never less than 0.05 points more. Absent: margin is the same for every service.")
        String relativeMargin,

        @Nullable
        @Pattern(PERCENT)
        @JsonPropertyDescription("Share of all traffic that may additionally fail after a step, such as 2%.")
        String harmBudget,

        @Nullable
        @Pattern(POSITIVE_DURATION)
        @JsonPropertyDescription("Least time in a step; the longer of this and the step's hold counts.")
        String minimumDwell,

        @Nullable
        @Pattern(POSITIVE_DURATION)
        @JsonPropertyDescription("Time in a step after which, without a verdict, onInconclusive happens.")
        String deadline,

        @Nullable
        @Pattern(POSITIVE_DURATION)
        @JsonPropertyDescription(
                "A disturbance of the new version alone that is no longer than this does not roll back.")
        String blipTolerance,

        @Nullable @Pattern(POSITIVE_DURATION) @JsonPropertyDescription("Time between readings of a mesh source.")
        String scrapeInterval,

        @Nullable
        @Pattern(POSITIVE_DURATION)
        @JsonPropertyDescription("Time between probe pairs; a probe's own interval overrides it.")
        String pairInterval,

        @Nullable
        @JsonPropertyDescription(
                "What happens at the deadline: Hold stays and says so, Rollback returns all traffic to stable.")
        OnInconclusive onInconclusive,

        @Nullable
        @Pattern(POSITIVE_DURATION)
        @JsonPropertyDescription("Time without any evidence after which onInconclusive happens.")
        String noDataDeadline,

        @Nullable
        @Pattern(POSITIVE_DURATION)
        @JsonPropertyDescription("Time over which the stable version is judged healthy or not.")
        String holdWindow,

        @Nullable
        @Pattern(LARGE_PERCENT)
        @JsonPropertyDescription(
                "By how much the new version may be slower than the stable one: 50% is half as long again. More of it in most probe pairs"
                        + " rolls back.")
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
