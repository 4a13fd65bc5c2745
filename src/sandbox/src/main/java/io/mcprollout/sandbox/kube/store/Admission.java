package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Target;
import org.jspecify.annotations.Nullable;

/** A rule that may refuse a create or update, as a validating webhook would. */
@FunctionalInterface
public interface Admission {
    /** Returns if the object may be written, throws an {@link io.mcprollout.sandbox.kube.model.ApiException} if not. */
    void review(Target target, ObjectNode object, @Nullable ObjectNode before);
}
