package io.mcprollout.sandbox.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The official clients on which agents hold sessions. */
enum SessionClient {
    TYPESCRIPT_V1("typescript-v1"),
    TYPESCRIPT_V2("typescript-v2"),
    JAVA("java"),
    PYTHON("python");

    private final String id;

    SessionClient(String id) {
        this.id = id;
    }

    /** Its name in reports. */
    String id() {
        return id;
    }

    /** The command of its agents, without arguments. */
    List<String> command(E2eParts parts) {
        return switch (this) {
            case TYPESCRIPT_V1, TYPESCRIPT_V2 ->
                List.of("node", parts.agents().resolve("session-agent.mjs").toString());
            case PYTHON ->
                List.of(
                        parts.python().toString(),
                        parts.agents().resolve("session_agent.py").toString());
            case JAVA ->
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Objects.requireNonNull(System.getProperty("java.class.path")),
                        JavaAgentMain.class.getName());
        };
    }

    /** What they need in their environment. */
    Map<String, String> environment(E2eParts parts) {
        return switch (this) {
            case TYPESCRIPT_V1 ->
                Map.of(
                        "E2E_CLIENT",
                        "v1",
                        "E2E_NPM",
                        parts.servers().resolve("npm").toString());
            case TYPESCRIPT_V2 ->
                Map.of(
                        "E2E_CLIENT",
                        "v2",
                        "E2E_NPM",
                        parts.servers().resolve("npm-v2").toString());
            case JAVA, PYTHON -> Map.of();
        };
    }
}
