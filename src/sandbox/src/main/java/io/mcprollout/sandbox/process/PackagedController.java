package io.mcprollout.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A controller that runs in a process of its own; closing it asks it to end and waits for that. */
public final class PackagedController implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[0-9.:]+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Duration PATIENCE = Duration.ofMillis(10);
    /* a JVM that writes an AOT cache does so when it ends */
    private static final Duration LAST_WORDS = Duration.ofSeconds(90);

    private final Process process;
    private final Path log;
    private final long startedNanos;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread reaper;

    private PackagedController(Process process, Path log, long startedNanos) {
        this.process = process;
        this.log = log;
        this.startedNanos = startedNanos;
        /* a sandbox that is interrupted takes its controller with it */
        this.reaper = new Thread(process::destroyForcibly, "controller-reaper");
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /** Starts it; does not wait until it is ready. */
    public static PackagedController start(Launch launch) {
        try {
            if (launch.log().getParent() != null) {
                Files.createDirectories(launch.log().getParent());
            }
            Files.deleteIfExists(launch.log());
            long now = System.nanoTime();
            Process process = new ProcessBuilder(launch.command())
                    .directory(launch.app().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(launch.log().toFile())
                    .start();
            return new PackagedController(process, launch.log(), now);
        } catch (IOException broken) {
            throw new UncheckedIOException("the controller at " + launch.app() + " cannot be started", broken);
        }
    }

    /**
     * Waits until it says that it is ready and answers how long that took from its start. Throws {@link IllegalStateException}
     * with the end of its log when it ends first or takes longer than the limit.
     */
    public Duration awaitReady(Duration limit) {
        while (sinceStart().compareTo(limit) < 0 && process.isAlive()) {
            if (isReady()) {
                return sinceStart();
            }
            pause();
        }
        throw new IllegalStateException("the controller is not ready after "
                + sinceStart().toSeconds() + " s ("
                + (process.isAlive() ? "still running" : "ended with " + process.exitValue()) + "):\n" + lastWords());
    }

    /** Whether its readiness check passes now. */
    public boolean isReady() {
        return get("/q/health/ready")
                .filter(answer -> answer.statusCode() == 200)
                .isPresent();
    }

    /** The answer to a GET of a path; empty when it does not listen or does not answer. */
    public Optional<HttpResponse<String>> get(String path) {
        Optional<URI> url = url();
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(url.get().resolve(path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Where it listens, as its log says; empty before it does. */
    public Optional<URI> url() {
        Matcher found = LISTENING.matcher(log());
        return found.find() ? Optional.of(URI.create(found.group(1))) : Optional.empty();
    }

    /** Resident memory in bytes, from {@code /proc}. */
    public long residentBytes() {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        Matcher found = RESIDENT.matcher(read(status));
        if (!found.find()) {
            throw new IllegalStateException(status + " has no VmRSS");
        }
        return Long.parseLong(found.group(1)) * 1024;
    }

    /** Processor time it has taken since its start. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Everything it has said. */
    public String log() {
        return read(log);
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once, as a node that loses power would. */
    public void kill() {
        process.destroyForcibly().onExit().join();
        http.close();
        removeReaper();
    }

    /** Asks it to end and waits until it has; kills it when that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LAST_WORDS.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        http.close();
        removeReaper();
    }

    private void removeReaper() {
        if (!Thread.currentThread().equals(reaper)) {
            try {
                Runtime.getRuntime().removeShutdownHook(reaper);
            } catch (IllegalStateException alreadyEnding) {
                reaper.interrupt();
            }
        }
    }

    private Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    private String lastWords() {
        String all = log();
        return all.substring(Math.max(0, all.length() - 4000));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
