package io.mcprollout.controller.api.v1alpha1;

import static io.mcprollout.controller.api.v1alpha1.Formats.NAME;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who moves the traffic: exactly one member. */
@ValidationRule(
        value = "[has(self.istio), has(self.gatewayApi)].filter(provider, provider).size() == 1",
        message = "exactly one traffic provider must be set; keep one of istio and gatewayApi")
@ValidationRule(
        value = "!has(self.gatewayApi)",
        message = "the Gateway API is not supported by this version; use istio",
        fieldPath = ".gatewayApi")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Traffic(
        @Nullable @JsonPropertyDescription("Weights of an Istio VirtualService.")
        Istio istio,

        @PreserveUnknownFields
        @Nullable
        @JsonPropertyDescription("Reserved for weights of a Gateway API HTTPRoute; refused by this version.")
        GatewayApi gatewayApi,

        @Nullable
        @JsonPropertyDescription(
                "Whether the first weight is given although requests may reach the new version past the managed routes. Holds at once, for a rollout under way, too.")
        Boolean allowUncontrolled) {
    /** Reserved member of the union of traffic providers; never accepted. */
    public record GatewayApi() {}

    /** Names of the Istio objects that carry the traffic. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Istio(
            @Required
            @Size(min = 1, max = 8)
            @JsonPropertyDescription("The VirtualServices whose weights are moved together.")
            List<VirtualServiceRef> virtualServices,

            @Required @JsonPropertyDescription("The DestinationRule that has a subset for each Deployment.")
            DestinationRuleRef destinationRule,

            @Default("Patch")
            @Nullable
            @JsonPropertyDescription(
                    "Patch: weights are moved in the user's own VirtualServices, all else stays as it is. Delegate: the controller generates the one that is named, and the user's delegate to it.")
            IstioMode mode,

            @Nullable
            @Min(1)
            @Max(65535)
            @JsonPropertyDescription(
                    "Port of the Service to which a generated VirtualService sends; needed when it has several. Mode Delegate only.")
            Integer port) {}

    /** Who owns the VirtualService. */
    public enum IstioMode {
        /** The user. */
        Patch,
        /** The controller, of one that others delegate to. */
        Delegate
    }

    /** One VirtualService and its managed routes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VirtualServiceRef(
            @Required @Pattern(NAME) @Size(max = 253) @JsonPropertyDescription("Name of the VirtualService.")
            String name,

            @Nullable
            @Pattern(NAME)
            @Size(max = 63)
            @JsonPropertyDescription(
                    "Its namespace; absent: this one. Of another namespace only if the VirtualService lists this one in its annotation mcprollout.io/allowed-from.")
            String namespace,

            @Nullable
            @Size(max = 16)
            @JsonPropertyDescription(
                    "Names of the http routes whose weights are moved; may be left out when there is exactly one route.")
            List<String> routes) {}

    /** The DestinationRule and its two subsets; they belong to the Deployments and are never written. */
    @ValidationRule(
            value = "self.stableSubset != self.canarySubset",
            message = "stableSubset and canarySubset must be two different subsets; name the canary's here",
            fieldPath = ".canarySubset")
    public record DestinationRuleRef(
            @Required
            @Pattern(NAME)
            @Size(max = 253)
            @JsonPropertyDescription("Name of the DestinationRule, in this namespace.")
            String name,

            @Required
            @Size(min = 1, max = 63)
            @JsonPropertyDescription("Subset that selects the pods of workloads.stable.")
            String stableSubset,

            @Required
            @Size(min = 1, max = 63)
            @JsonPropertyDescription("Subset that selects the pods of workloads.canary.")
            String canarySubset) {}
}
