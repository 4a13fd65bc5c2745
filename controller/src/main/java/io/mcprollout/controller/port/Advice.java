package io.mcprollout.controller.port;

/**
 * Something about the mesh that hurts MCP servers, though a rollout can do with it.
 *
 * @param level how much it hurts
 * @param reason machine-readable, CamelCase, such as {@code RouteTimeout}
 * @param object what it is about: kind, namespace and name
 * @param field path in that object ({@code spec.http[2].timeout})
 * @param message what is wrong and how to mend it
 */
public record Advice(Level level, String reason, Ref object, String field, String message) {
    /** How much it hurts. */
    public enum Level {
        /** Requests fail or are made twice because of it. */
        Warning,
        /** It could be better. */
        Note
    }

    /** An object of the cluster. */
    public record Ref(String kind, String namespace, String name) {
        @Override
        public String toString() {
            return kind + " " + namespace + "/" + name;
        }
    }
}
