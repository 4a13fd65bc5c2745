package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.List;

/** Who controls whom, by owner references. */
final class Owned {

    private Owned() {}

    /** The objects that this one controls. */
    static List<ObjectNode> by(JsonNode owner, List<ObjectNode> objects) {
        String uid = Json.meta(owner, "uid");
        return objects.stream()
                .filter(object -> controller(object).path("uid").asText().equals(uid))
                .toList();
    }

    /** The controlling owner reference, missing if there is none. */
    static JsonNode controller(JsonNode object) {
        for (JsonNode reference : object.at("/metadata/ownerReferences")) {
            if (reference.path("controller").asBoolean(false)) {
                return reference;
            }
        }
        return MissingNode.getInstance();
    }

    /** The Deployment that a pod belongs to by its ReplicaSet's name, the pod's own name if it belongs to none. */
    static String workload(JsonNode pod) {
        String set = controller(pod).path("name").asText("");
        String hash = pod.at("/metadata/labels").path(PodTemplates.HASH_LABEL).asText("");
        return set.endsWith("-" + hash) && !hash.isEmpty()
                ? set.substring(0, set.length() - hash.length() - 1)
                : Json.meta(pod, "name");
    }

    /** True once deletion was asked for. */
    static boolean isDeleted(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    /** Names the owner as the controller of the object. */
    static void claim(ObjectNode object, JsonNode owner) {
        Json.metadata(object)
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", owner.path("apiVersion").asText())
                .put("kind", owner.path("kind").asText())
                .put("name", Json.meta(owner, "name"))
                .put("uid", Json.meta(owner, "uid"))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }
}
