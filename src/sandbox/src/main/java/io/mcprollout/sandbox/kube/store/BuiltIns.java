package io.mcprollout.sandbox.kube.store;

import io.mcprollout.sandbox.kube.model.Column;
import io.mcprollout.sandbox.kube.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The resource types that every cluster has, as far as a controller meets them. */
final class BuiltIns {
    private static final Set<String> EVENT_FIELDS = Set.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "type",
            "source",
            "reportingComponent");
    private static final Set<String> REGARDING_FIELDS =
            Set.of("regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reason", "type");

    private BuiltIns() {}

    static List<ResourceType> types() {
        var types = new ArrayList<ResourceType>();
        types.addAll(core());
        types.addAll(apps());
        types.addAll(rbac());
        types.addAll(others());
        return types;
    }

    private static List<ResourceType> core() {
        return List.of(
                        type("", "v1", "namespaces", "Namespace", "ns")
                                .cluster()
                                .status()
                                .fields("status.phase")
                                .columns(Column.of("Status", "string", ".status.phase")),
                        type("", "v1", "pods", "Pod", "po")
                                .categories("all")
                                .status()
                                .fields(
                                        "status.phase",
                                        "spec.nodeName",
                                        "status.podIP",
                                        "spec.restartPolicy",
                                        "spec.serviceAccountName")
                                .columns(
                                        Column.of("Ready", "string", "=podReady"),
                                        Column.of("Status", "string", "=podStatus"),
                                        Column.of("Restarts", "string", "=podRestarts")),
                        type("", "v1", "services", "Service", "svc")
                                .categories("all")
                                .status()
                                .columns(
                                        Column.of("Type", "string", ".spec.type"),
                                        Column.of("Cluster-IP", "string", ".spec.clusterIP"),
                                        Column.of("External-IP", "string", "=externalIp"),
                                        Column.of("Port(s)", "string", "=ports")),
                        type("", "v1", "endpoints", "Endpoints", "ep").singular("endpoints"),
                        type("", "v1", "configmaps", "ConfigMap", "cm"),
                        type("", "v1", "secrets", "Secret")
                                .fields("type")
                                .columns(Column.of("Type", "string", ".type")),
                        type("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
                        type("", "v1", "nodes", "Node", "no").cluster().status().fields("spec.unschedulable"),
                        type("", "v1", "events", "Event", "ev")
                                .fields(EVENT_FIELDS)
                                .columns(
                                        Column.of("Last Seen", "date", "=lastSeen"),
                                        Column.of("Type", "string", ".type"),
                                        Column.of("Reason", "string", ".reason"),
                                        Column.of("Object", "string", "=about"),
                                        Column.of("Message", "string", ".message"))
                                .noAge())
                .stream()
                .map(TypeDraft::done)
                .toList();
    }

    private static List<ResourceType> apps() {
        var ready = Column.of("Ready", "integer", ".status.readyReplicas");
        var readyOfAll = Column.of("Ready", "string", "=readyReplicas");
        var current = Column.of("Current", "integer", ".status.replicas");
        return List.of(
                        type("apps", "v1", "deployments", "Deployment", "deploy")
                                .categories("all")
                                .status()
                                .generation()
                                .scale()
                                .columns(
                                        readyOfAll,
                                        Column.of("Up-to-date", "integer", ".status.updatedReplicas"),
                                        Column.of("Available", "integer", ".status.availableReplicas")),
                        type("apps", "v1", "replicasets", "ReplicaSet", "rs")
                                .categories("all")
                                .status()
                                .generation()
                                .scale()
                                .columns(Column.of("Desired", "integer", ".spec.replicas"), current, ready),
                        type("apps", "v1", "statefulsets", "StatefulSet", "sts")
                                .categories("all")
                                .status()
                                .generation()
                                .scale()
                                .columns(readyOfAll),
                        type("apps", "v1", "daemonsets", "DaemonSet", "ds")
                                .categories("all")
                                .status()
                                .generation())
                .stream()
                .map(TypeDraft::done)
                .toList();
    }

    private static List<ResourceType> rbac() {
        String group = "rbac.authorization.k8s.io";
        var created = Column.of("Created At", "date", ".metadata.creationTimestamp");
        return List.of(
                        type(group, "v1", "roles", "Role").columns(created).noAge(),
                        type(group, "v1", "rolebindings", "RoleBinding")
                                .columns(Column.of("Role", "string", ".roleRef.name")),
                        type(group, "v1", "clusterroles", "ClusterRole")
                                .cluster()
                                .columns(created)
                                .noAge(),
                        type(group, "v1", "clusterrolebindings", "ClusterRoleBinding")
                                .cluster()
                                .columns(Column.of("Role", "string", ".roleRef.name")))
                .stream()
                .map(TypeDraft::done)
                .toList();
    }

    private static List<ResourceType> others() {
        return List.of(
                        type("events.k8s.io", "v1", "events", "Event", "ev")
                                .keptAs("events")
                                .fields(REGARDING_FIELDS)
                                .columns(
                                        Column.of("Last Seen", "date", "=lastSeen"),
                                        Column.of("Type", "string", ".type"),
                                        Column.of("Reason", "string", ".reason"),
                                        Column.of("Object", "string", "=about"),
                                        Column.of("Message", "string", ".note"))
                                .noAge(),
                        type("coordination.k8s.io", "v1", "leases", "Lease")
                                .columns(Column.of("Holder", "string", ".spec.holderIdentity")),
                        type(
                                        "apiextensions.k8s.io",
                                        "v1",
                                        "customresourcedefinitions",
                                        "CustomResourceDefinition",
                                        "crd",
                                        "crds")
                                .cluster()
                                .status()
                                .generation()
                                .categories("api-extensions")
                                .columns(Column.of("Created At", "date", ".metadata.creationTimestamp"))
                                .noAge(),
                        type("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb")
                                .status()
                                .generation()
                                .columns(
                                        Column.of("Min Available", "string", ".spec.minAvailable"),
                                        Column.of("Max Unavailable", "string", ".spec.maxUnavailable"),
                                        Column.of("Allowed Disruptions", "integer", ".status.disruptionsAllowed")),
                        type("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol")
                                .generation(),
                        type("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")
                                .status()
                                .columns(
                                        Column.of("Reference", "string", ".spec.scaleTargetRef.name"),
                                        Column.of("MinPods", "string", ".spec.minReplicas"),
                                        Column.of("MaxPods", "string", ".spec.maxReplicas"),
                                        Column.of("Replicas", "string", ".status.currentReplicas")),
                        type("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
                                .columns(Column.of("AddressType", "string", ".addressType")))
                .stream()
                .map(TypeDraft::done)
                .toList();
    }

    private static TypeDraft type(String group, String version, String plural, String kind, String... shortNames) {
        return new TypeDraft(group, version, plural, kind, List.of(shortNames));
    }
}
