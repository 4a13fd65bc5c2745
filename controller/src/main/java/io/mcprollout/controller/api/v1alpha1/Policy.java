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
