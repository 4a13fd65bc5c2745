package io.mcprollout.sandbox.player;

import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the container's command as a process of this machine: {@code PORT} in its environment is the port it must listen on, {@code $(NAME)} in its
 * arguments is replaced as Kubernetes does, its output goes to the launch's log.
 */
final class ProcessProgram implements Program {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");
    private static final long TERM_SECONDS = 5; // between SIGTERM and SIGKILL

    private record OfThisMachine(Process process, int port, AtomicReference<@Nullable Exit> told) implements Running {
        @Override
        public CompletionStage<Exit> exit() {
            return process.onExit().thenApply(ended -> {
                Exit how = told.get();
                int code = ended.exitValue();
                return how != null ? how : new Exit(code, code == 0 ? "Completed" : "Error");
            });
        }

        @Override
        public void stop() {
            process.destroy();
            CompletableFuture<Process> forced = process.onExit()
                    .orTimeout(TERM_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(e -> process.destroyForcibly());
            told.compareAndSet(null, forced.isDone() ? null : new Exit(143, "Error"));
        }

        @Override
        public void kill(Exit how) {
            told.set(how);
            process.destroyForcibly();
        }
    }

    @Override
    public Running start(Launch launch) throws IOException {
        Map<String, String> env = new HashMap<>(launch.env());
        int port = env.containsKey("PORT") ? Integer.parseInt(env.get("PORT")) : freePort();
        env.put("PORT", Integer.toString(port));
        List<String> command =
                launch.command().stream().map(part -> expanded(part, env)).toList();
        Files.createDirectories(launch.log().toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        builder.environment().putAll(env);
        if (!launch.workingDirectory().isEmpty()) {
            builder.directory(new File(launch.workingDirectory()));
        }
        return new OfThisMachine(builder.start(), port, new AtomicReference<>());
    }

    /** The text with every {@code $(NAME)} that is known replaced, the others left as they are. */
    static String expanded(String text, Map<String, String> env) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(env.getOrDefault(found.group(1), found.group())));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
