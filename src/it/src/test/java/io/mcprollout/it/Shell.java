package io.mcprollout.it;

import io.mcprollout.sandbox.kube.KubeApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A shell in the root of the repository whose kubectl talks to a sandbox API server, as its administrator. */
final class Shell {
    private static final int PATIENCE_SECONDS = 180;

    private final Path config;

    Shell(KubeApi api, Path folder) {
        this.config = folder.resolve("kubeconfig");
        try {
            Files.writeString(config, api.kubeconfig(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a script printed; {@link AssertionError} with that when it fails. */
    String run(String script) {
        try {
            Path output = Files.createTempFile(config.getParent(), "output", ".txt");
            ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                    .directory(Manifest.REPOSITORY.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("KUBECONFIG", config.toString());
            Process process = builder.start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(
                        (ended ? "ended with " + process.exitValue() : "did not end") + ": " + script + "\n" + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
