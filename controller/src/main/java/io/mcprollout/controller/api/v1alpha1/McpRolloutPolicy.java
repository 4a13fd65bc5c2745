package io.mcprollout.controller.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The numbers by which rollouts are decided, shared by the McpRollouts of its namespace that name it. */
@Group(McpRollout.GROUP)
@Version(McpRollout.VERSION)
@Kind(McpRolloutPolicy.KIND)
@ShortNames("mcprp")
@AdditionalPrinterColumn(name = "Harm budget", jsonPath = ".spec.harmBudget")
@AdditionalPrinterColumn(name = "Deadline", jsonPath = ".spec.deadline")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class McpRolloutPolicy extends CustomResource<PolicyNumbers, Void> implements Namespaced {
    /** Kind of the resource. */
    public static final String KIND = "McpRolloutPolicy";

    private static final long serialVersionUID = 1L;
}
