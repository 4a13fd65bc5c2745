package io.mcprollout.sandbox.kube.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** A refusal by the API: an HTTP status with the Status object that explains it. */
public final class ApiException extends RuntimeException {
    private final int code;
    private final ObjectNode status;

    /** A refusal with a code, a reason such as {@code NotFound}, a message and details (may be empty). */
    public ApiException(int code, String reason, String message, ObjectNode details) {
        super(message);
        this.code = code;
        this.status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message);
        if (!reason.isEmpty()) status.put("reason", reason);
        if (!details.isEmpty()) status.set("details", details);
        status.put("code", code);
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    /** The Status object to answer with. */
    public ObjectNode status() {
        return status.deepCopy();
    }

    /** The Status reason, "" if it has none. */
    public String reason() {
        return status.path("reason").asText("");
    }

    /** Seconds after which the client may try again, 0 if not told. */
    public int retryAfterSeconds() {
        return status.path("details").path("retryAfterSeconds").asInt(0);
    }

    /** The named object does not exist. */
    public static ApiException notFound(ResourceType type, String name) {
        return new ApiException(
                404, "NotFound", "%s \"%s\" not found".formatted(type.groupResource(), name), details(type, name));
    }

    /** No such path. */
    public static ApiException noSuchPath() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource", Json.object());
    }

    /** An object of that name is there already. */
    public static ApiException alreadyExists(ResourceType type, String name) {
        return new ApiException(
                409,
                "AlreadyExists",
                "%s \"%s\" already exists".formatted(type.groupResource(), name),
                details(type, name));
    }

    /** The object is not what the client believes. */
    public static ApiException conflict(ResourceType type, String name, String why) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(type.groupResource(), name, why),
                details(type, name));
    }

    /** The object was changed since the client read it. */
    public static ApiException stale(ResourceType type, String name) {
        return conflict(
                type,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** The object breaks rules: all of them are told. */
    public static ApiException invalid(ResourceType type, String name, List<FieldError> errors) {
        return invalid(type.group(), type.kind(), name, errors);
    }

    /** As {@link #invalid(ResourceType, String, List)} for a kind that is not a resource, such as ListOptions. */
    public static ApiException invalid(String group, String kind, String name, List<FieldError> errors) {
        var details = Json.object();
        if (!name.isEmpty()) details.put("name", name);
        if (!group.isEmpty()) details.put("group", group);
        details.put("kind", kind);
        var causes = details.putArray("causes");
        for (var error : errors) {
            causes.addObject()
                    .put("reason", error.reason())
                    .put("message", error.message())
                    .put("field", error.field());
        }
        String what = errors.size() == 1
                ? errors.get(0).toString()
                : errors.stream().map(FieldError::toString).distinct().collect(Collectors.joining(", ", "[", "]"));
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return new ApiException(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(qualified, name, what), details);
    }

    /** A patch that could be read but not be applied, such as a failed JSON Patch test. */
    public static ApiException patchFailed() {
        return new ApiException(
                422, "Invalid", "the server rejected our request due to an error in our request", Json.object());
    }

    /** A request that makes no sense. */
    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message, Json.object());
    }

    /** The caller may not do that. */
    public static ApiException forbidden(Call call) {
        String scope = call.namespace().isEmpty()
                ? " at the cluster scope"
                : " in the namespace \"%s\"".formatted(call.namespace());
        String resource = call.subresource().isEmpty() ? call.resource() : call.resource() + "/" + call.subresource();
        String groupResource = call.group().isEmpty() ? call.resource() : call.resource() + "." + call.group();
        var details = Json.object();
        if (!call.name().isEmpty()) details.put("name", call.name());
        if (!call.group().isEmpty()) details.put("group", call.group());
        details.put("kind", call.resource());
        String subject = call.name().isEmpty() ? groupResource : "%s \"%s\"".formatted(groupResource, call.name());
        return new ApiException(
                403,
                "Forbidden",
                "%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\"%s"
                        .formatted(subject, call.user(), call.verb(), resource, call.group(), scope),
                details);
    }

    /** A write that an admission rule refuses. */
    public static ApiException forbidden(ResourceType type, String name, String why) {
        return new ApiException(
                403,
                "Forbidden",
                "%s \"%s\" is forbidden: %s".formatted(type.groupResource(), name, why),
                details(type, name));
    }

    /** The resource has no such verb. */
    public static ApiException methodNotAllowed() {
        return new ApiException(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Json.object());
    }

    /** The body's media type is not one of those accepted. */
    public static ApiException unsupportedMediaType(List<String> accepted) {
        return new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", accepted),
                Json.object());
    }

    /** The history back to that version is gone: list again. */
    public static ApiException expired(String message) {
        return new ApiException(410, "Expired", message, Json.object());
    }

    /** The body is bigger than the limit in bytes. */
    public static ApiException tooLarge(long limit) {
        return new ApiException(
                413, "RequestEntityTooLarge", "Request entity too large: limit is " + limit, Json.object());
    }

    /** Too many requests; try again after so many seconds. */
    public static ApiException tooManyRequests(int retryAfterSeconds) {
        return new ApiException(
                429,
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
                Json.object().put("retryAfterSeconds", retryAfterSeconds));
    }

    /** The server failed. */
    public static ApiException internal(String message) {
        var details = Json.object();
        details.putArray("causes").addObject().put("message", message);
        return new ApiException(500, "InternalError", "Internal error occurred: " + message, details);
    }

    private static ObjectNode details(ResourceType type, String name) {
        var details = Json.object().put("name", name);
        if (!type.group().isEmpty()) details.put("group", type.group());
        return details.put("kind", type.plural());
    }
}
