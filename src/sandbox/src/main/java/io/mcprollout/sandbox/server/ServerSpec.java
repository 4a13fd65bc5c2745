package io.mcprollout.sandbox.server;

import java.util.Map;

/**
 * What server to start: its MCP name and version, whether it mints session ids, its port (0 takes a free one), its seed and first faults, and the
 * tag with which the ids that it mints begin ({@code <tag>~}; empty: none).
 */
public record ServerSpec(
        String name, String version, Mode mode, int port, long seed, Faults faults, String sessionTag) {

    /** One whose session ids carry no tag. */
    public ServerSpec(String name, String version, Mode mode, int port, long seed, Faults faults) {
        this(name, version, mode, port, seed, faults, "");
    }

    /** Whether {@code initialize} mints a session id. */
    public enum Mode {
        /** A session id is minted and demanded afterwards; answers come as event streams. */
        STATEFUL,
        /** No session; answers come as JSON. */
        STATELESS
    }

    /** A stateless server without faults on a free port. */
    public static ServerSpec stateless(String version) {
        return new ServerSpec("sandbox", version, Mode.STATELESS, 0, 1, Faults.none());
    }

    /** A server that mints session ids, without faults, on a free port. */
    public static ServerSpec stateful(String version) {
        return new ServerSpec("sandbox", version, Mode.STATEFUL, 0, 1, Faults.none());
    }

    /**
     * The server that a container asks for: {@code MCP_NAME}, {@code MCP_MODE} (stateless, stateful), {@code PORT}, {@code MCP_SEED},
     * {@link Faults#ENV} and {@code MCP_SESSION_TAG} (a pod reads its own {@code pod-template-hash} by a fieldRef), each with a default. Throws {@link IllegalArgumentException} that names the variable.
     */
    public static ServerSpec fromEnvironment(String version, Map<String, String> env) {
        return new ServerSpec(
                env.getOrDefault("MCP_NAME", "sandbox"),
                version,
                mode(env.getOrDefault("MCP_MODE", "stateless")),
                (int) number(env, "PORT", 0),
                number(env, "MCP_SEED", 1),
                Faults.parse(env.getOrDefault(Faults.ENV, "")),
                env.getOrDefault("MCP_SESSION_TAG", ""));
    }

    /** The same server on this port. */
    public ServerSpec withPort(int port) {
        return new ServerSpec(name, version, mode, port, seed, faults, sessionTag);
    }

    /** The same server with these faults from its start. */
    public ServerSpec withFaults(Faults faults) {
        return new ServerSpec(name, version, mode, port, seed, faults, sessionTag);
    }

    /** The same server whose session ids begin with {@code <tag>~}. */
    public ServerSpec withSessionTag(String tag) {
        return new ServerSpec(name, version, mode, port, seed, faults, tag);
    }

    private static Mode mode(String text) {
        return switch (text) {
            case "stateless" -> Mode.STATELESS;
            case "stateful" -> Mode.STATEFUL;
            default ->
                throw new IllegalArgumentException("MCP_MODE: \"" + text + "\" is no mode; use stateless or stateful");
        };
    }

    private static long number(Map<String, String> env, String name, long byDefault) {
        String text = env.getOrDefault(name, Long.toString(byDefault));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": \"" + text + "\" is no whole number", e);
        }
    }
}
