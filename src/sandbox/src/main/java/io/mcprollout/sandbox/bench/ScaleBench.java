package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.kube.istio.IstioResources;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What many rollouts cost a packaged controller, on an API server in which nothing runs: memory over an empty cluster, how late looks begin,
 * and what it asks of the API server. All probes go to one server.
 */
final class ScaleBench {
    private static final String ROLLOUTS = "mcprollouts.mcprollout.io";
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration TO_IDLE = Duration.ofMinutes(10);
    private static final Duration TO_STEP = Duration.ofMinutes(20);
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final Pattern LATE =
            Pattern.compile("mcprollout_look_late_seconds\\{quantile=\"0\\.99\"\\} ([0-9.E-]+)");
    private static final int PODS_OF_A_FOREIGN_DEPLOYMENT = 4;

    private final Path app;
    private final List<String> flags;

    ScaleBench(Path app, List<String> flags) {
        this.app = app;
        this.flags = flags;
    }

    /** How much there is: Deployments of others with four pods and a VirtualService each, rollouts at rest, and rollouts under way. */
    record Size(int foreign, int idle, int active) {}

    /**
     * What was measured.
     *
     * @param emptyMiB resident memory of a controller without anything to look at
     * @param idleMiB with everything there and all rollouts at rest
     * @param activeMiB with the active ones under way
     * @param lateP99Seconds how long after it was due a look began
     * @param callsPerMinute calls that reached the API server while the active ones were under way, by verb and resource
     */
    record Measured(
            double emptyMiB,
            double idleMiB,
            double activeMiB,
            double lateP99Seconds,
            Map<String, Double> callsPerMinute) {
        /** API writes per active rollout and minute, without the Lease's. */
        double writesPerActive(int active) {
            return sum("create |update |patch |delete ") / active;
        }

        /** Lists per minute. */
        double lists() {
            return sum("list ");
        }

        private double sum(String verbs) {
            return callsPerMinute.entrySet().stream()
                    .filter(call -> Pattern.compile("^(" + verbs + ")")
                                    .matcher(call.getKey())
                                    .find()
                            && !call.getKey().contains("leases"))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        }
    }

    Measured run(Size size, Herd herd) {
        double empty;
        try (KubeApi kube = api();
                OneServer server = new OneServer();
                PackagedController controller = controller(kube, server)) {
            Cluster.pause(SETTLE);
            empty = mebibytes(controller);
        }
        try (KubeApi kube = api();
                OneServer server = new OneServer()) {
            fill(kube, herd, size);
            try (PackagedController controller = controller(kube, server)) {
                Cluster.await("every rollout to rest", TO_IDLE, () -> count(kube, "Idle") == size.idle + size.active);
                Cluster.pause(SETTLE);
                double idle = mebibytes(controller);
                for (int i = 0; i < size.active; i++) {
                    herd.release(kube, "active-" + i);
                }
                Cluster.await("every active rollout to step", TO_STEP, () -> count(kube, "Stepping") == size.active);
                Cluster.pause(WINDOW);
                RequestLog log = kube.log();
                log.clear();
                Cluster.pause(WINDOW);
                return new Measured(empty, idle, mebibytes(controller), late(controller), perMinute(log));
            }
        }
    }

    private static void fill(KubeApi kube, Herd herd, Size size) {
        for (int i = 0; i < size.foreign; i++) {
            herd.putForeign(kube, "foreign-" + i, PODS_OF_A_FOREIGN_DEPLOYMENT);
        }
        for (int i = 0; i < size.idle; i++) {
            herd.put(kube, "idle-" + i);
        }
        for (int i = 0; i < size.active; i++) {
            herd.put(kube, "active-" + i);
        }
    }

    private static long count(KubeApi kube, String phase) {
        Cluster.pause(Duration.ofSeconds(2));
        return kube.list(ROLLOUTS, "", "").stream()
                .filter(rollout -> rollout.at("/status/phase").asText().equals(phase))
                .count();
    }

    private PackagedController controller(KubeApi kube, OneServer server) {
        PackagedController controller =
                PackagedController.start(Launch.against(app, kube.url(), Path.of("target", "bench", "scale.log"))
                        .withFlags(flags)
                        .with("mcprollout.entry-points.gateway", "127.0.0.1:" + server.port()));
        controller.awaitReady(START);
        return controller;
    }

    private static KubeApi api() {
        KubeApi kube = KubeApi.start();
        try (Stream<Path> files = Files.list(Path.of("deploy", "crds"))) {
            files.filter(file -> file.toString().endsWith("-v1.yml")).sorted().forEach(file -> kube.apply(read(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        IstioResources.definitions().forEach(kube::apply);
        return kube;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static double mebibytes(PackagedController controller) {
        return controller.residentBytes() / 1048576.0;
    }

    private static double late(PackagedController controller) {
        String metrics = controller.get("/q/metrics").map(HttpResponse::body).orElse("");
        Matcher found = LATE.matcher(metrics);
        if (!found.find()) {
            throw new IllegalStateException("the controller's metrics do not say how late looks begin");
        }
        return Double.parseDouble(found.group(1));
    }

    private static Map<String, Double> perMinute(RequestLog log) {
        Map<String, Double> calls = new TreeMap<>();
        double minutes = WINDOW.toSeconds() / 60.0;
        log.counts()
                .forEach((kind, count) -> calls.merge(
                        kind.verb() + " " + kind.resource()
                                + (kind.subresource().isEmpty() ? "" : "/" + kind.subresource()),
                        count / minutes,
                        Double::sum));
        return calls;
    }
}
