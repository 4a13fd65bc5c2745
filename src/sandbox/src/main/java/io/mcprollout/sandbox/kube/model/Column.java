package io.mcprollout.sandbox.kube.model;

/**
 * One column of a table that kubectl prints.
 *
 * @param type string, integer, number, boolean or date
 * @param jsonPath where the value is, such as {@code .status.phase}
 * @param priority 0 is always shown, more only with {@code -o wide}
 */
public record Column(String name, String type, String format, String description, String jsonPath, int priority) {
    /** A column that is always shown. */
    public static Column of(String name, String type, String jsonPath) {
        return new Column(name, type, name.equals("Name") ? "name" : "", "", jsonPath, 0);
    }
}
