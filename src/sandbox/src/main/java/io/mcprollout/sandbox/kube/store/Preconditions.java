package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import java.util.HashSet;
import java.util.List;

/** What must hold of an object before it may be changed. */
final class Preconditions {
    private Preconditions() {}

    /** Refuses with 409 a write that states another resourceVersion or uid than the object has. */
    static void requireUnchanged(Target target, ObjectNode before, ObjectNode after) {
        String version = Json.meta(after, "resourceVersion");
        if (!version.isEmpty() && !version.equals(Json.meta(before, "resourceVersion"))) {
            throw ApiException.stale(target.type(), target.name());
        }
        String uid = Json.meta(after, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.meta(before, "uid"))) {
            throw ApiException.conflict(
                    target.type(),
                    target.name(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, Json.meta(before, "uid")));
        }
    }

    /** Refuses finalizers that are added to an object in deletion. */
    static void requireNoNewFinalizers(Target target, ObjectNode before, ObjectNode after) {
        if (!before.path("metadata").has("deletionTimestamp")) return;
        var fresh = new HashSet<String>();
        after.path("metadata").path("finalizers").forEach(f -> fresh.add("\"" + f.asText() + "\""));
        before.path("metadata").path("finalizers").forEach(f -> fresh.remove("\"" + f.asText() + "\""));
        if (fresh.isEmpty()) return;
        String list = String.join(", ", fresh);
        throw ApiException.invalid(
                target.type(),
                target.name(),
                List.of(FieldError.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{%s}"
                                .formatted(list))));
    }
}
