package io.mcprollout.sandbox.mesh;

/** A VirtualService or DestinationRule that the sandbox cannot route by; the message names object, field, problem and fix. */
public final class InvalidRouteException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidRouteException(String message) {
        super(message);
    }
}
