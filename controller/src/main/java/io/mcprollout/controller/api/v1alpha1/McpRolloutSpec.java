package io.mcprollout.controller.api.v1alpha1;

import static io.mcprollout.controller.api.v1alpha1.Formats.DURATION;
import static io.mcprollout.controller.api.v1alpha1.Formats.NAME;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user asks for. */
@ValidationRule(
        value = "self.steps.size() == 0 || self.steps[self.steps.size() - 1].weight == 100",
        message = "the last step must have weight 100; add {weight: 100} at the end",
        fieldPath = ".steps")
@ValidationRule(
        value = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].all(i,"
                + " i + 1 >= self.steps.size() || self.steps[i].weight < self.steps[i + 1].weight)",
        message = "the weights of the steps must strictly increase; sort them and remove repeated ones",
        fieldPath = ".steps")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record McpRolloutSpec(
        @Required @JsonPropertyDescription("The two Deployments, selected by the subsets of the DestinationRule.")
        Workloads workloads,

        @Required @JsonPropertyDescription("How traffic is moved; exactly one provider.")
        Traffic traffic,

        @Nullable @JsonPropertyDescription("What is done about MCP sessions.")
        Sessions sessions,

        @Required
        @Size(min = 1, max = 20)
        @JsonPropertyDescription(
                "Shares of new sessions that the new version gets, one after the other; the last is 100.")
        List<Step> steps,

        @Default("{\"preset\": \"standard\"}")
        @Nullable
        @JsonPropertyDescription(
                "By which numbers the rollout is decided: a preset or a McpRolloutPolicy, and single numbers that differ from it.")
        Policy policy,

        @Required @JsonPropertyDescription("Where evidence about the two versions comes from.")
        Evidence evidence,

        @Default("{}")
        @Nullable
        @JsonPropertyDescription("Step 0: the new version is probed before it gets any weight.")
        Preflight preflight,

        @Default("{}") @Nullable @JsonPropertyDescription("How many pods a share of traffic needs.")
        Capacity capacity,

        @Default("{}") @Nullable @JsonPropertyDescription("What happens after the last step.")
        Promotion promotion,

        @Nullable
        @Pattern(NAME)
        @Size(max = 63)
        @JsonPropertyDescription(
                "Which controllers carry it out: those whose mcprollout.controller-class is the same; absent: those that have none.")
        String controllerClass,

        @Default("Active")
        @Nullable
        @JsonPropertyDescription(
                "Active; Paused: no advance, while a rollback still happens; Observe: decides and writes nothing; Unmanaged: does nothing"
                        + " at all, not even go back, and adopts the route as it is when it is over.")
        Mode mode) {

    /** Whether the rollout goes on. */
    public enum Mode {
        Active,
        Paused,
        Observe,
        Unmanaged
    }

    /** The two Deployments: initial roles, for who is stable now is in the status. */
    @ValidationRule(
            value = "self.stable.name != self.canary.name",
            message = "stable and canary must be two different Deployments; name the other one here",
            fieldPath = ".canary")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Workloads(
            @Required @JsonPropertyDescription("The Deployment that is stable at first.")
            Workload stable,

            @Required @JsonPropertyDescription("The Deployment that gets the next version at first.")
            Workload canary,

            @Nullable
            @Size(max = 32)
            @JsonPropertyDescription(
                    "Labels and annotations of the pod template whose change is no new version, besides the usual ones.")
            List<String> ignore) {}

    /** A workload of the rollout's namespace. */
    public record Workload(
            @Default("Deployment") @Nullable @JsonPropertyDescription("Kind of the workload.")
            WorkloadKind kind,

            @Required @Pattern(NAME) @Size(max = 253) @JsonPropertyDescription("Name of the workload.")
            String name) {}

    /** Kinds of workload that can be rolled out. */
    public enum WorkloadKind {
        Deployment
    }

    /** What is done about MCP sessions. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Sessions(
            @Default("Auto")
            @Nullable
            @JsonPropertyDescription(
                    "How a request with a session id reaches the version that minted it. Auto: by whatever the ids carry; weights are refused when they carry nothing. ServerMinted: servers begin them with their pod-template-hash and a tilde. Gateway: the script of deploy/istio puts the version into them; needs mode: Delegate. None: sessions may break.")
            Pinning pinning,

            @Nullable @JsonPropertyDescription("How long sessions are waited for on a version that new ones have left.")
            Drain drain,

            @Default("Drain")
            @Nullable
            @JsonPropertyDescription(
                    "What becomes of sessions of a version that goes back. Drain: they stay on it until they are over, unless none of its pods is ready. Terminate: they are answered 404, upon which clients begin new ones.")
            OnRollback onRollback) {}

    /** How long sessions are waited for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Drain(
            @Default("5m")
            @Nullable
            @Pattern(DURATION)
            @JsonPropertyDescription(
                    "How long nothing may have been asked of the version, as the mesh counts, for its sessions to be over.")
            String quiet,

            @Default("1h")
            @Nullable
            @Pattern(DURATION)
            @JsonPropertyDescription(
                    "How long they are waited for at most; without a mesh source, always. What is left then is cut.")
            String deadline) {}

    /** What becomes of sessions of a version that goes back. */
    public enum OnRollback {
        Drain,
        Terminate
    }

    /** How a session is kept on the version that minted it. */
    public enum Pinning {
        Auto,
        ServerMinted,
        Gateway,
        None
    }

    /** One step of the rollout. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            @Required
            @Min(1)
            @Max(100)
            @JsonPropertyDescription("Share of new sessions for the new version, in whole percent.")
            Integer weight,

            @Default("0s")
            @Nullable
            @Pattern(DURATION)
            @JsonPropertyDescription(
                    "Least time in the step, such as 5m; the longer of this and the policy's minimumDwell counts.")
            String hold,

            @Nullable @JsonPropertyDescription("A person's approval, awaited before the step is entered.")
            Approval approval) {}

    /** An approval that a step waits for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Approval(
            @Default("4h")
            @Nullable
            @Pattern(DURATION)
            @JsonPropertyDescription("How long it is awaited; then the rollout goes back.")
            String timeout) {}

    /** Step 0, at weight 0. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Preflight(
            @Default("30s")
            @Nullable
            @Pattern(DURATION)
            @JsonPropertyDescription("Least time for which the new version is probed before it gets weight.")
            String hold) {}

    /** How many pods a share needs, and who provides them. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Capacity(
            @Default("None")
            @Nullable
            @JsonPropertyDescription(
                    "None: replicas are never written; a step waits for the pods it needs. Follow: the new version's Deployment is scaled up before a step and back after the rollout, unless an autoscaler owns it; never to 0.")
            ScaleMode scale,

            @Default("1.0")
            @Nullable
            @Min(0)
            @Max(10)
            @JsonPropertyDescription(
                    "Ready pods that a share of w % needs, as a factor: w % of the pods stable had at the start, times this, rounded up. 0: no step waits for pods.")
            Double headroom) {}

    /** Who scales the new version's Deployment. */
    public enum ScaleMode {
        None,
        Follow
    }

    /** What happens after the last step. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Promotion(
            @Default("Auto")
            @Nullable
            @JsonPropertyDescription(
                    "Git: a person or pipeline brings the version into the stable Deployment. Replace: the controller copies the template. Swap: the canary's Deployment becomes the stable one, for VirtualServices that no GitOps tool keeps. Auto: Git when Argo CD or Flux own the stable Deployment, else Replace.")
            PromotionMode mode,

            @Default("24h")
            @Nullable
            @Pattern(DURATION)
            @JsonPropertyDescription("For how long after the promotion the command undo takes it back.")
            String keep) {}

    /** Who brings the promoted version into the stable Deployment. */
    public enum PromotionMode {
        Auto,
        Git,
        Replace,
        Swap
    }
}
