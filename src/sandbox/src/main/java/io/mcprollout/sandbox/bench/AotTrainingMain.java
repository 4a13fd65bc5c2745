package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Trains the AOT cache of a packaged controller: {@code AotTrainingMain <quarkus-app> <folder of CRDs> [JVM flag…]}.
 *
 * <ol>
 *   <li>An API server is started in this process, with Istio's resources and ours.
 *   <li>The controller runs against it until it is ready, and is asked to end: its JVM then writes {@code app.aot}.
 *   <li>It runs once more with the cache. A cache that does not fit costs seconds at every start and nothing else, so nobody
 *       would notice: the log must not say that it cannot be used.
 * </ol>
 */
public final class AotTrainingMain {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> COMPLAINTS = List.of("Unable to use AOT cache", "[warning][aot]", "[error][aot]");

    private AotTrainingMain() {}

    /** Trains, checks, and says how long the start took. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("usage: AotTrainingMain <quarkus-app> <folder of CRDs> [JVM flag…]");
        }
        Path app = Path.of(args[0]).toAbsolutePath();
        Path cache = app.resolve("app.aot");
        Files.deleteIfExists(cache);
        List<String> flags = Arrays.asList(args).subList(2, args.length);
        try (KubeApi api = Bed.api(Path.of(args[1]))) {
            Launch launch = Launch.against(app, api.url(), app.resolveSibling("aot-training.log"))
                    .withFlags(flags);
            Duration cold = run(launch.withFlags(List.of("-XX:AOTCacheOutput=" + cache)));
            if (!Files.exists(cache)) {
                throw new IllegalStateException("the training run wrote no " + cache);
            }
            Duration warm = run(launch.withFlags(List.of("-XX:AOTCache=" + cache)));
            complain(Files.readString(launch.log()));
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d MiB; ready in %.2f s, without it in %.2f s%n",
                    cache,
                    Files.size(cache) >> 20,
                    warm.toMillis() / 1000.0,
                    cold.toMillis() / 1000.0);
        }
    }

    private static Duration run(Launch launch) {
        try (PackagedController controller = PackagedController.start(launch)) {
            return controller.awaitReady(LIMIT);
        }
    }

    private static void complain(String log) {
        COMPLAINTS.stream().filter(log::contains).findFirst().ifPresent(complaint -> {
            throw new IllegalStateException("the controller's log says \"" + complaint + "\":\n" + log);
        });
    }
}
