package io.mcprollout.sandbox.mesh;

/** Header operations of a rule or of a destination: on the request before it is sent on, on the response before it is returned. */
public record HeaderRules(HeaderOperations request, HeaderOperations response) {
    /** No operation at all. */
    public static final HeaderRules NONE = new HeaderRules(HeaderOperations.NONE, HeaderOperations.NONE);

    /** Both rules as one. */
    public HeaderRules with(HeaderRules other) {
        return new HeaderRules(request.with(other.request), response.with(other.response));
    }
}
