package io.mcprollout.controller.api.v1alpha1;

/** Number of the CRDs' schema: a controller does nothing but go back while an older one is installed, which would prune what it does not know. */
public final class CrdSchema {
    /** Annotation on the CRD that carries the number. */
    public static final String ANNOTATION = "mcprollout.io/schema";

    /** The number this controller was built with; rises with every field. */
    public static final int NUMBER = 3;

    private CrdSchema() {}
}
