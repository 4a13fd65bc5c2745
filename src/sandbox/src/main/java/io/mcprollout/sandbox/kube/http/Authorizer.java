package io.mcprollout.sandbox.kube.http;

import io.mcprollout.sandbox.kube.model.Call;

/** Decides which calls the caller may make; what it refuses is answered 403. */
@FunctionalInterface
public interface Authorizer {
    /** Whether the call's user may make it. */
    boolean allows(Call call);
}
