package io.mcprollout.sandbox.kube.model;

/**
 * One fault of one field of an object.
 *
 * @param reason the cause as the API names it, such as {@code FieldValueRequired}
 * @param field the path, such as {@code spec.steps[0].weight}
 * @param message what is wrong, without the path
 */
public record FieldError(String reason, String field, String message) {
    /** A value that breaks a rule. */
    public static FieldError invalid(String field, String value, String detail) {
        return new FieldError("FieldValueInvalid", field, "Invalid value: " + value + ": " + detail);
    }

    /** A value that is missing. */
    public static FieldError required(String field, String detail) {
        return new FieldError(
                "FieldValueRequired", field, detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    /** A value that is not one of those allowed. */
    public static FieldError unsupported(String field, String value, String allowed) {
        return new FieldError(
                "FieldValueNotSupported", field, "Unsupported value: " + value + ": supported values: " + allowed);
    }

    /** A value that must not be set or changed. */
    public static FieldError forbidden(String field, String detail) {
        return new FieldError("FieldValueForbidden", field, "Forbidden: " + detail);
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
