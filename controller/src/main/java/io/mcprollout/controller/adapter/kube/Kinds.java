package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mcprollout.controller.api.v1alpha1.McpRollout;

/** The kinds that are read and written here. */
final class Kinds {
    static final ResourceDefinitionContext ROLLOUT =
            namespaced(McpRollout.GROUP, McpRollout.VERSION, "McpRollout", "mcprollouts");
    static final ResourceDefinitionContext POLICY =
            namespaced(McpRollout.GROUP, McpRollout.VERSION, "McpRolloutPolicy", "mcprolloutpolicies");
    static final ResourceDefinitionContext DEPLOYMENT = namespaced("apps", "v1", "Deployment", "deployments");
    static final ResourceDefinitionContext REPLICA_SET = namespaced("apps", "v1", "ReplicaSet", "replicasets");
    static final ResourceDefinitionContext POD = namespaced("", "v1", "Pod", "pods");
    static final ResourceDefinitionContext AUTOSCALER =
            namespaced("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
    static final ResourceDefinitionContext SCALED_OBJECT =
            namespaced("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects");
    static final ResourceDefinitionContext LEASE = namespaced("coordination.k8s.io", "v1", "Lease", "leases");
    static final ResourceDefinitionContext SECRET = namespaced("", "v1", "Secret", "secrets");
    static final ResourceDefinitionContext CONFIG_MAP = namespaced("", "v1", "ConfigMap", "configmaps");
    static final ResourceDefinitionContext EVENT = namespaced("", "v1", "Event", "events");
    static final ResourceDefinitionContext NODE = new ResourceDefinitionContext.Builder()
            .withGroup("")
            .withVersion("v1")
            .withKind("Node")
            .withPlural("nodes")
            .withNamespaced(false)
            .build();
    static final ResourceDefinitionContext CRD = new ResourceDefinitionContext.Builder()
            .withGroup("apiextensions.k8s.io")
            .withVersion("v1")
            .withKind("CustomResourceDefinition")
            .withPlural("customresourcedefinitions")
            .withNamespaced(false)
            .build();

    private Kinds() {}

    private static ResourceDefinitionContext namespaced(String group, String version, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
