package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The defaults that the API server writes into built-in objects, as far as they show in what a controller reads. */
final class BuiltInDefaults {
    private BuiltInDefaults() {}

    /** Sets what is absent, in place. */
    static void set(ResourceType type, ObjectNode object) {
        switch (type.groupResource()) {
            case "deployments.apps" -> deployment(Json.child(object, "spec"));
            case "replicasets.apps", "statefulsets.apps" -> {
                var spec = Json.child(object, "spec");
                absent(spec, "replicas", 1);
                podTemplate(spec);
            }
            case "pods" -> {
                pod(Json.child(object, "spec"));
                absent(Json.child(object, "status"), "phase", "Pending");
            }
            case "services" -> service(Json.child(object, "spec"));
            case "namespaces" -> {
                absent(Json.child(object, "status"), "phase", "Active");
                var spec = Json.child(object, "spec");
                if (!spec.has("finalizers")) spec.putArray("finalizers").add("kubernetes");
                Json.child(Json.metadata(object), "labels")
                        .put("kubernetes.io/metadata.name", Json.meta(object, "name"));
            }
            case "secrets" -> secret(object);
            default -> {}
        }
    }

    private static void deployment(ObjectNode spec) {
        absent(spec, "replicas", 1);
        absent(spec, "revisionHistoryLimit", 10);
        absent(spec, "progressDeadlineSeconds", 600);
        var strategy = Json.child(spec, "strategy");
        absent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            var rolling = Json.child(strategy, "rollingUpdate");
            absent(rolling, "maxUnavailable", "25%");
            absent(rolling, "maxSurge", "25%");
        }
        podTemplate(spec);
    }

    private static void podTemplate(ObjectNode spec) {
        if (spec.path("template").get("spec") instanceof ObjectNode pod) pod(pod);
    }

    private static void pod(ObjectNode pod) {
        absent(pod, "restartPolicy", "Always");
        absent(pod, "terminationGracePeriodSeconds", 30);
        absent(pod, "dnsPolicy", "ClusterFirst");
        absent(pod, "schedulerName", "default-scheduler");
        Json.child(pod, "securityContext");
        for (var container : pod.path("containers")) {
            if (container instanceof ObjectNode object) container(object);
        }
    }

    private static void container(ObjectNode container) {
        String image = container.path("image").asText("");
        boolean latest =
                image.endsWith(":latest") || (image.lastIndexOf(':') <= image.lastIndexOf('/') && !image.contains("@"));
        absent(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        absent(container, "terminationMessagePath", "/dev/termination-log");
        absent(container, "terminationMessagePolicy", "File");
        Json.child(container, "resources");
        for (var port : container.path("ports")) {
            if (port instanceof ObjectNode object) absent(object, "protocol", "TCP");
        }
    }

    private static void service(ObjectNode spec) {
        absent(spec, "type", "ClusterIP");
        absent(spec, "sessionAffinity", "None");
        for (var port : spec.path("ports")) {
            if (!(port instanceof ObjectNode object)) continue;
            absent(object, "protocol", "TCP");
            if (!object.has("targetPort")) Json.put(object, "targetPort", object.path("port"));
        }
    }

    private static void secret(ObjectNode secret) {
        absent(secret, "type", "Opaque");
        if (!(secret.remove("stringData") instanceof ObjectNode plain)) return;
        var data = Json.child(secret, "data");
        plain.properties().forEach(e -> data.put(e.getKey(), base64(e.getValue())));
    }

    private static String base64(JsonNode text) {
        return Base64.getEncoder().encodeToString(text.asText().getBytes(StandardCharsets.UTF_8));
    }

    private static void absent(ObjectNode object, String name, String value) {
        if (!object.hasNonNull(name)) object.put(name, value);
    }

    private static void absent(ObjectNode object, String name, int value) {
        if (!object.hasNonNull(name)) object.put(name, value);
    }
}
