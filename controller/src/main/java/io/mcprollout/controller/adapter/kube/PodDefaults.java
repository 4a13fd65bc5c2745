package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;

/*
 * Source: the defaulting functions of core/v1 (SetDefaults_PodSpec, _Container, _Probe, _HTTPGetAction, the volume sources).
 * A default that is not listed costs one spurious difference between a template that names it and one that does not, never more.
 */
/** Values that the API server puts into a pod template when nobody did; published in the reference of revisions. */
final class PodDefaults {
    private static final Map<String, Object> SPEC = Map.of(
            "restartPolicy", "Always",
            "terminationGracePeriodSeconds", 30,
            "dnsPolicy", "ClusterFirst",
            "schedulerName", "default-scheduler");

    private static final Map<String, Object> CONTAINER =
            Map.of("terminationMessagePath", "/dev/termination-log", "terminationMessagePolicy", "File");

    private static final Map<String, Object> PROBE =
            Map.of("timeoutSeconds", 1, "periodSeconds", 10, "successThreshold", 1, "failureThreshold", 3);

    private static final int MODE = 0644;

    private PodDefaults() {}

    /** Takes the defaults out of a template. */
    static void drop(JsonNode template) {
        if (template.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("creationTimestamp");
        }
        JsonNode spec = template.path("spec");
        drop(spec, SPEC);
        if (spec instanceof ObjectNode object
                && object.path("serviceAccount").equals(object.path("serviceAccountName"))) {
            object.remove("serviceAccount");
        }
        for (String list : List.of("containers", "initContainers")) {
            spec.path(list).forEach(PodDefaults::dropContainer);
        }
        spec.path("volumes").forEach(PodDefaults::dropVolume);
    }

    private static void dropContainer(JsonNode container) {
        drop(container, CONTAINER);
        dropPullPolicy(container);
        container.path("ports").forEach(port -> drop(port, Map.of("protocol", "TCP")));
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            drop(container.path(probe), PROBE);
            drop(container.path(probe).path("httpGet"), Map.of("scheme", "HTTP"));
        }
        for (String hook : List.of("preStop", "postStart")) {
            drop(container.path("lifecycle").path(hook).path("httpGet"), Map.of("scheme", "HTTP"));
        }
        container.path("env").forEach(env -> drop(env.path("valueFrom").path("fieldRef"), Map.of("apiVersion", "v1")));
    }

    private static void dropPullPolicy(JsonNode container) {
        String image = container.path("image").asText("");
        String name = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !name.contains("@") && (!name.contains(":") || name.endsWith(":latest"));
        drop(container, Map.of("imagePullPolicy", latest ? "Always" : "IfNotPresent"));
    }

    private static void dropVolume(JsonNode volume) {
        for (String source : List.of("configMap", "secret", "downwardAPI", "projected")) {
            drop(volume.path(source), Map.of("defaultMode", MODE));
        }
        drop(volume.path("hostPath"), Map.of("type", ""));
        volume.path("downwardAPI")
                .path("items")
                .forEach(item -> drop(item.path("fieldRef"), Map.of("apiVersion", "v1")));
        volume.path("projected").path("sources").forEach(source -> {
            drop(source.path("serviceAccountToken"), Map.of("expirationSeconds", 3600));
            source.path("downwardAPI")
                    .path("items")
                    .forEach(item -> drop(item.path("fieldRef"), Map.of("apiVersion", "v1")));
        });
    }

    private static void drop(JsonNode node, Map<String, Object> defaults) {
        if (node instanceof ObjectNode object) {
            defaults.forEach((name, value) -> {
                if (isSame(object.path(name), value)) {
                    object.remove(name);
                }
            });
        }
    }

    private static boolean isSame(JsonNode node, Object value) {
        return value instanceof Integer number
                ? node.isIntegralNumber() && node.asInt() == number
                : node.equals(TextNode.valueOf(value.toString()));
    }
}
