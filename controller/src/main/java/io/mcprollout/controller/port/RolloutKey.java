package io.mcprollout.controller.port;

/** Which McpRollout: its namespace and name. */
public record RolloutKey(String namespace, String name) {
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
