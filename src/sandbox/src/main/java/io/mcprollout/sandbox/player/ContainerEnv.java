package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The environment of a pod's container: values as written, and those fields of the pod that Kubernetes lets a container read. */
final class ContainerEnv {

    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)']");

    private ContainerEnv() {}

    /** By name; throws {@link IllegalArgumentException} that names a variable whose source the sandbox does not know. */
    static Map<String, String> of(ObjectNode pod, JsonNode container) {
        Map<String, String> env = new HashMap<>();
        env.put("HOSTNAME", Json.meta(pod, "name"));
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            env.put(
                    name,
                    variable.has("valueFrom")
                            ? field(pod, name, variable.path("valueFrom"))
                            : variable.path("value").asText(""));
        }
        return env;
    }

    private static String field(ObjectNode pod, String name, JsonNode source) {
        String path = source.at("/fieldRef/fieldPath").asText("");
        Matcher entry = ENTRY.matcher(path);
        if (entry.matches()) {
            return pod.path("metadata")
                    .path(entry.group(1))
                    .path(entry.group(2))
                    .asText("");
        }
        return switch (path) {
            case "metadata.name", "metadata.namespace", "metadata.uid" -> Json.meta(pod, path.substring(9));
            case "spec.nodeName" -> pod.at("/spec/nodeName").asText("");
            case "status.podIP", "status.hostIP" -> "127.0.0.1";
            default ->
                throw new IllegalArgumentException("env " + name + ": the sandbox knows no such valueFrom; give a value"
                        + " or a fieldRef such as metadata.labels['pod-template-hash']");
        };
    }
}
