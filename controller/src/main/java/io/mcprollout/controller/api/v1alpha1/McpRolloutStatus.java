package io.mcprollout.controller.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the controller saw and did; instants are RFC 3339 in UTC. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record McpRolloutStatus(
        @Nullable
        @JsonPropertyDescription("State of the rollout, such as Idle, Preparing, Stepping, RollingBack or Promoted.")
        String phase,

        @Nullable @JsonPropertyDescription("What is going on, in one sentence.")
        String message,

        @Nullable @JsonPropertyDescription("Revision that is being rolled out, or was last: hash of its pod template.")
        String revision,

        @Nullable @JsonPropertyDescription("Number of the attempt; commands name it.")
        Integer attempt,

        @Nullable @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,

        @Nullable
        @JsonPropertyDescription(
                "What was last seen of each Deployment, so that a pipeline can wait for its own generation.")
        Observed observed,

        @Nullable @JsonPropertyDescription("Slot that is stable now: a (initially workloads.stable) or b.")
        String stableSlot,

        @Nullable @JsonPropertyDescription("Deployment that the next version goes into.")
        String candidateDeployment,

        @Nullable @JsonPropertyDescription("How a promotion would come about now, and why.")
        PromotionStatus promotion,

        @Nullable @JsonPropertyDescription("The two Deployments and their roles.")
        List<SlotStatus> slots,

        @Nullable
        @PreserveUnknownFields
        @JsonPropertyDescription(
                "Plan of the running attempt, frozen at its start; edits of the spec apply at the next one.")
        JsonNode plan,

        @Nullable @JsonPropertyDescription("Number of the step: 0 is the preflight, 1 the first of spec.steps.")
        Integer step,

        @Nullable @JsonPropertyDescription("Share of new sessions for the new version, in percent.")
        StepWeight weight,

        @Nullable @JsonPropertyDescription("How sessions keep their version, and which are waited for.")
        SessionsStatus sessions,

        @Nullable @JsonPropertyDescription("What the evidence says.")
        VerdictStatus verdict,

        @Nullable @JsonPropertyDescription("Until when it waits.")
        String until,

        @Nullable @JsonPropertyDescription("What happens then.")
        String then,

        @Nullable @JsonPropertyDescription("Conditions, in the kstatus convention.")
        List<Condition> conditions,

        @Nullable @JsonPropertyDescription("Revisions that get no traffic until a retry command names them.")
        List<Condemned> condemned,

        @Nullable @JsonPropertyDescription("Commands that were carried out; each counts once.")
        List<String> commands,

        @Nullable
        @PreserveUnknownFields
        @JsonPropertyDescription("What the controller remembers; written and read by the controller only.")
        JsonNode memory,

        @Nullable @JsonPropertyDescription("State of the decision engine; written and read by the controller only.")
        String engine,

        @Nullable @JsonPropertyDescription("The last ten attempts, newest last.")
        List<Attempt> history,

        @Nullable @JsonPropertyDescription("Why the last attempt went back.")
        String rollbackCause) {

    /** What was last seen of each slot. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Observed(@Nullable Seen a, @Nullable Seen b) {}

    /** What was last seen of a Deployment. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Seen(
            @Nullable @JsonPropertyDescription("Its metadata.generation.")
            Long generation,

            @Nullable @JsonPropertyDescription("Hash of its pod template.")
            String hash) {}

    /** How a promotion would come about now. */
    public record PromotionStatus(
            @JsonPropertyDescription("Git, Replace or Swap.")
            String mode,

            @JsonPropertyDescription("Why, in a sentence.") String reason) {}

    /** How sessions keep their version. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SessionsStatus(
            @Nullable
            @JsonPropertyDescription(
                    "By what they are known, as the last test that passed found: ServerMinted, Gateway, or Stateless for a server without any.")
            String pinning,

            @Nullable
            @JsonPropertyDescription("Deployment that new sessions have left and whose sessions are waited for.")
            String draining,

            @Nullable @JsonPropertyDescription("Until when they are waited for at most.")
            String until) {}

    /** One of the two Deployments. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SlotStatus(
            @JsonPropertyDescription("a or b.") String slot,

            @Nullable
            @JsonPropertyDescription(
                    "Name of the Deployment; absent while no spec that can be carried out has named it.")
            String deployment,

            @Nullable @JsonPropertyDescription("stable or candidate.")
            String role,

            @Nullable @JsonPropertyDescription("Hash of its pod template.")
            String revision,

            @Nullable @JsonPropertyDescription("Hash that starts no rollout: what it was when adopted or retired.")
            String settledHash,

            @Nullable @JsonPropertyDescription("Counts the versions this slot has had; pin ids are made of it.")
            Integer incarnation,

            @Nullable @JsonPropertyDescription("Replicas in the spec.")
            Integer wanted,

            @Nullable @JsonPropertyDescription("Ready replicas of the newest template.")
            Integer ready) {}

    /** Share of new sessions for the new version, in percent: what is decided, what the route says, what requests saw. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StepWeight(
            @Nullable @JsonPropertyDescription("What was decided.")
            Integer desired,

            @Nullable @JsonPropertyDescription("What the route says.")
            Integer written,

            @Nullable @JsonPropertyDescription("What the mesh was seen to do.")
            Integer observed) {}

    /** What the evidence says. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VerdictStatus(
            @Nullable @JsonPropertyDescription("Pass, Fail, Inconclusive or Unavailable.")
            String answer,

            @Nullable @JsonPropertyDescription("Why, in sentences.")
            List<String> reasons,

            @Nullable @JsonPropertyDescription("Evidence of harm as a share of what rolls back, in percent.")
            Integer towardsRollback,

            @Nullable @JsonPropertyDescription("Evidence of harmlessness as a share of what advances, in percent.")
            Integer towardsAdvance,

            @Nullable @JsonPropertyDescription("Probe pairs that said nothing, because of the prober's own faults.")
            Long droppedPairs,

            @Nullable @JsonPropertyDescription("Probes and mesh sources that are to blame when it goes back.")
            List<String> guilty,

            @Nullable @JsonPropertyDescription("The evidence of each stream in this attempt.")
            List<StreamEvidence> evidence) {}

    /** Evidence of one probe or mesh source in this attempt. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StreamEvidence(
            @JsonPropertyDescription("Name of the probe or mesh source.")
            String stream,

            @Nullable @JsonPropertyDescription("Probe, Mesh, or Latency, whose counts are of fast and slow answers.")
            String kind,

            @Nullable @JsonPropertyDescription("Successes and failures of the stable version.")
            Counts stable,

            @Nullable @JsonPropertyDescription("Successes and failures of the new version.")
            Counts candidate,

            @Nullable @JsonPropertyDescription("Its own evidence of harm as a share of what rolls back, in percent.")
            Integer towardsRollback,

            @Nullable @JsonPropertyDescription("Its own certificate as a share of what advances, in percent.")
            Integer towardsAdvance,

            @Nullable
            @JsonPropertyDescription("Difference in failures, new minus stable, in points, with its 95 % interval.")
            String difference,

            @Nullable
            @JsonPropertyDescription(
                    "Difference in failures that it tolerates; of a mesh source smaller than the policy's margin under a relativeMargin.")
            String margin,

            @Nullable
            @JsonPropertyDescription(
                    "By what a mesh source's evidence is divided, because stable's failures come in clusters: how many times more its"
                            + " counts vary than those of independent requests.")
            String designEffect,

            @Nullable @JsonPropertyDescription("Why it gave no evidence last; absent when it did.")
            String trouble) {}

    /** Successes and failures of one version. */
    public record Counts(
            @JsonPropertyDescription("Requests that succeeded.")
            long ok,

            @JsonPropertyDescription("Requests that failed.")
            long bad) {}

    /** A revision that gets no traffic until a retry command names it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Condemned(
            @JsonPropertyDescription("Hash of its pod template.")
            String revision,

            @Nullable @JsonPropertyDescription("Attempt that condemned it.")
            Integer attempt,

            @Nullable @JsonPropertyDescription("Why.") String reason,

            @Nullable @JsonPropertyDescription("When.") String at) {}

    /** One attempt and what became of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Attempt(
            @JsonPropertyDescription("Hash of the pod template.")
            String revision,

            @JsonPropertyDescription("Number of the attempt.")
            int attempt,

            @Nullable @JsonPropertyDescription("Promoted, RolledBack or Superseded.")
            String outcome,

            @Nullable @JsonPropertyDescription("Why, in one sentence.")
            String reason,

            @Nullable @JsonPropertyDescription("When it started.")
            String started,

            @Nullable @JsonPropertyDescription("When it ended.")
            String ended) {}
}
