package io.mcprollout.sandbox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.agent.CallCounts;
import io.mcprollout.sandbox.story.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Agents on the official clients, each kind a process of its own that tells every call in a line of JSON. */
final class ClientAgents implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LAST_CALLS = Duration.ofSeconds(30);
    private static final String SESSIONS = "2";
    private static final String CALLS_PER_SESSION = "20";
    private static final String CALLS_PER_SECOND = "5";
    private static final String ZONES = String.join(
            ",",
            "Europe/Paris",
            "America/Chicago",
            "Asia/Seoul",
            "Australia/Perth",
            "Africa/Lagos",
            "America/Bogota",
            "Asia/Dubai",
            "Pacific/Honolulu",
            "Europe/Madrid",
            "America/Denver",
            "Asia/Manila",
            "Africa/Nairobi",
            "Europe/Vienna",
            "America/Lima");

    /** Agents of one kind: their process and what their calls came to. */
    private static final class Kind {
        private final String name;
        private final Process process;
        private final Thread reader;
        private final List<Failed> failed = new ArrayList<>();
        private long ok;

        Kind(String name, Process process) {
            this.name = name;
            this.process = process;
            reader = Thread.ofPlatform().daemon().name("agents-" + name).start(this::read);
        }

        private void read() {
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    call(JSON.readTree(line));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("agents of " + name, e);
            }
        }

        private synchronized void call(JsonNode call) {
            if (call.path("ok").asBoolean()) {
                ok++;
            } else {
                failed.add(new Failed(
                        name,
                        Instant.ofEpochMilli(call.path("at").asLong()),
                        call.path("error").asText()));
            }
        }

        synchronized long ok() {
            return ok;
        }

        synchronized List<Failed> failed() {
            return List.copyOf(failed);
        }
    }

    /** A call without a right answer: whose, when it ended, why. */
    record Failed(String client, Instant at, String error) {}

    /** What the agents have seen so far. */
    record Counts(long calls, long failed, long failedByCanaryFault) implements CallCounts {}

    private final List<Kind> kinds = new ArrayList<>();

    private ClientAgents() {}

    /** Starts agents of both clients that call the MCP server at this URL; their errors go to the folder. */
    static ClientAgents start(E2eParts parts, String url, Path folder) {
        ClientAgents agents = new ClientAgents();
        try {
            agents.start(
                    "typescript",
                    List.of("node", parts.agents().resolve("agent.mjs").toString()),
                    parts,
                    url,
                    folder);
            agents.start(
                    "python",
                    List.of(
                            parts.python().toString(),
                            parts.agents().resolve("agent.py").toString()),
                    parts,
                    url,
                    folder);
            return agents;
        } catch (IOException e) {
            agents.close();
            throw new UncheckedIOException("agents could not be started", e);
        }
    }

    private void start(String name, List<String> program, E2eParts parts, String url, Path folder) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(url, SESSIONS, CALLS_PER_SESSION, CALLS_PER_SECOND));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("agents-" + name + ".log").toFile());
        builder.environment()
                .putAll(Map.of("E2E_NPM", parts.servers().resolve("npm").toString(), "E2E_ZONES", ZONES));
        kinds.add(new Kind(name, builder.start()));
    }

    /** Waits until agents of each kind have had so many right answers. */
    void awaitServed(long calls, Duration limit) {
        for (Kind kind : kinds) {
            Patience.await("agents on the " + kind.name + " client to be served", limit, () -> kind.ok() >= calls);
        }
    }

    /** What they have seen so far; {@code blamed} tells which failures are the new version's fault by the moment at which the call ended. */
    Counts counts(Predicate<Instant> blamed) {
        List<Failed> failed = failed();
        return new Counts(
                kinds.stream().mapToLong(Kind::ok).sum() + failed.size(),
                failed.size(),
                failed.stream().filter(call -> blamed.test(call.at())).count());
    }

    /** Every failed call so far. */
    List<Failed> failed() {
        return kinds.stream().flatMap(kind -> kind.failed().stream()).toList();
    }

    /** Lets them finish the calls under way, and ends them. */
    void finish() {
        kinds.forEach(ClientAgents::askToEnd);
        kinds.forEach(ClientAgents::awaitEnd);
    }

    @Override
    public void close() {
        finish();
    }

    private static void askToEnd(Kind kind) {
        try {
            kind.process.getOutputStream().close();
        } catch (IOException e) {
            kind.process.destroy(); // its end of the pipe is gone
        }
    }

    private static void awaitEnd(Kind kind) {
        try {
            if (!kind.process.waitFor(LAST_CALLS.toSeconds(), TimeUnit.SECONDS)) {
                kind.process.destroyForcibly();
            }
            kind.reader.join(LAST_CALLS);
        } catch (InterruptedException e) {
            kind.process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
