package io.mcprollout.controller.api.v1alpha1;

/** Patterns that several fields of the API share. */
final class Formats {
    /** A duration that may be nothing: {@code 0s}, {@code 250ms}, {@code 1h30m}. */
    static final String DURATION = "^([0-9]+(ms|s|m|h))+$";

    /** A duration longer than nothing. */
    static final String POSITIVE_DURATION = "^([1-9][0-9]*(ms|s|m|h))+$";

    /** A share of requests: {@code 2%} or {@code 0.5%}. */
    static final String PERCENT = "^[0-9]{1,2}(\\.[0-9]+)?%$";

    /** A percentage from 0 to 9999. */
    static final String LARGE_PERCENT = "^[0-9]{1,4}(\\.[0-9]+)?%$";

    /** A name of a Kubernetes object. */
    static final String NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

    private Formats() {}
}
