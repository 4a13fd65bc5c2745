package io.mcprollout.sandbox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.story.Patience;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Agents of one official client, a process of its own behind a {@link SessionWatch} of its own, and what became of their sessions. */
final class SessionAgents implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How long agents live.
     *
     * @param sessions how many of each client
     * @param calls of each session
     * @param span from the beginning of the first session to that of the last
     * @param life from a session's first call to its last, its long call apart
     */
    record Schedule(int sessions, int calls, Duration span, Duration life) {
        List<String> arguments() {
            return List.of(
                    Integer.toString(sessions),
                    Integer.toString(calls),
                    Long.toString(span.toSeconds()),
                    Long.toString(life.toSeconds()));
        }
    }

    /** A call or connection without a right answer. */
    record Failed(SessionClient client, String kind, Instant at, String error) {}

    private final SessionClient client;
    private final SessionWatch watch;
    private final Process process;
    private final Thread reader;
    private final List<Failed> failed = new ArrayList<>();
    private int sessions;
    private int calls;

    private SessionAgents(SessionClient client, SessionWatch watch, Process process) {
        this.client = client;
        this.watch = watch;
        this.process = process;
        reader = Thread.ofPlatform().daemon().name("agents-" + client.id()).start(this::read);
    }

    /** Starts agents of this client before the gateway on this port; their errors go to the folder. */
    static SessionAgents start(
            SessionClient client, Schedule schedule, E2eParts parts, Vertx vertx, int gateway, Path folder) {
        SessionWatch watch = SessionWatch.start(vertx, gateway);
        List<String> command = new ArrayList<>(client.command(parts));
        command.add("http://127.0.0.1:" + watch.port() + "/mcp");
        command.addAll(schedule.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("agents-" + client.id() + ".log").toFile());
        builder.environment().putAll(client.environment(parts));
        try {
            return new SessionAgents(client, watch, builder.start());
        } catch (IOException e) {
            watch.close();
            throw new UncheckedIOException("agents on the " + client.id() + " client could not be started", e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                event(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("agents of " + client.id(), e);
        }
    }

    private synchronized void event(JsonNode event) {
        String kind = event.path("kind").asText();
        if (kind.equals("connect")) {
            sessions++;
        } else {
            calls++;
        }
        if (!event.path("ok").asBoolean()) {
            failed.add(new Failed(
                    client,
                    kind,
                    Instant.ofEpochMilli(event.path("at").asLong()),
                    event.path("error").asText()));
        }
    }

    /** How many calls have been answered. */
    synchronized int calls() {
        return calls;
    }

    /** Everything that failed so far. */
    synchronized List<Failed> failed() {
        return List.copyOf(failed);
    }

    /** Waits until every session has ended, and tells whether they did within the limit. */
    boolean awaitEnd(Duration limit) {
        Instant end = Instant.now().plus(limit);
        while (process.isAlive() && Instant.now().isBefore(end)) {
            Patience.pause(Duration.ofMillis(100));
        }
        return !process.isAlive();
    }

    /** What became of them; {@code onCanary} tells by id and variant whether a session was minted by the new version. */
    synchronized SessionRow row(String run, Predicate<SessionRow.Minted> onCanary) {
        long canary = watch.minted().entrySet().stream()
                .filter(session -> onCanary.test(new SessionRow.Minted(session.getKey(), session.getValue())))
                .count();
        return new SessionRow(
                run, client.id(), sessions, calls, count("call"), count("connect"), watch.opened(), watch.cut(), (int)
                        canary);
    }

    private int count(String kind) {
        return (int) failed.stream().filter(each -> each.kind().equals(kind)).count();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            reader.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.close();
    }
}
