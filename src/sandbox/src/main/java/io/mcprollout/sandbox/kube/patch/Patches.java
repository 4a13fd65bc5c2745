package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;

/** JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386). */
public final class Patches {
    private static final int MOST_OPERATIONS = 10_000;

    private Patches() {}

    /** The object after the operations; 400 if they are malformed, 422 if one cannot be done or a test fails. */
    public static ObjectNode json(ObjectNode object, JsonNode operations) {
        if (!operations.isArray()) {
            throw ApiException.badRequest("error decoding patch: a JSON Patch is an array of operations");
        }
        if (operations.size() > MOST_OPERATIONS) throw ApiException.tooLarge(MOST_OPERATIONS);
        try {
            if (JsonPatch.apply(operations, object.deepCopy()) instanceof ObjectNode patched) return patched;
        } catch (JsonPatchException | IndexOutOfBoundsException e) {
            var refusal = ApiException.patchFailed();
            refusal.addSuppressed(e);
            throw refusal;
        }
        throw ApiException.patchFailed();
    }

    /** The object with the patch's members merged in: objects member by member, null removes, all else replaces. */
    public static ObjectNode merge(ObjectNode object, JsonNode patch) {
        if (!(patch instanceof ObjectNode members)) {
            throw ApiException.badRequest("error decoding patch: a merge patch is an object");
        }
        return mergeInto(object.deepCopy(), members);
    }

    private static ObjectNode mergeInto(ObjectNode target, ObjectNode patch) {
        for (var member : patch.properties()) {
            String name = member.getKey();
            if (member.getValue().isNull()) target.remove(name);
            else if (member.getValue() instanceof ObjectNode nested) {
                target.set(name, mergeInto(target.get(name) instanceof ObjectNode old ? old : Json.object(), nested));
            } else target.set(name, member.getValue().deepCopy());
        }
        return target;
    }
}
