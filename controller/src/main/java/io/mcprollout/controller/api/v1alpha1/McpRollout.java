package io.mcprollout.controller.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** How new versions of one MCP server are released. */
@Group(McpRollout.GROUP)
@Version(McpRollout.VERSION)
@Kind(McpRollout.KIND)
@ShortNames("mcpr")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Step", jsonPath = ".status.step", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Weight",
        jsonPath = ".status.weight.written",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Verdict", jsonPath = ".status.verdict.answer")
@AdditionalPrinterColumn(name = "Revision", jsonPath = ".status.revision")
@AdditionalPrinterColumn(name = "Candidate", jsonPath = ".status.candidateDeployment")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.message", priority = 1)
public final class McpRollout extends CustomResource<McpRolloutSpec, McpRolloutStatus> implements Namespaced {
    /** API group. */
    public static final String GROUP = "mcprollout.io";

    /** API version. */
    public static final String VERSION = "v1alpha1";

    /** Kind of the resource. */
    public static final String KIND = "McpRollout";

    private static final long serialVersionUID = 1L;
}
