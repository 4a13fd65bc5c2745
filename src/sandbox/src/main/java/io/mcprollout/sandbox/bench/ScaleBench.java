package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What many rollouts cost a packaged controller, on an API server in which nothing runs: memory, how late looks begin, what it asks of the
 * API server, and how long another takes to do its work when it is killed. All probes go to one server; releases begin five a second.
 */
final class ScaleBench {
    private static final Path CRDS = Path.of("deploy", "crds");
    /* As often as an API server of Kubernetes sends them. */
    private static final KubeApi.Options API = KubeApi.Options.defaults().withBookmarkInterval(Duration.ofMinutes(1));
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration TO_IDLE = Duration.ofMinutes(15);
    private static final Duration TO_STEP = Duration.ofMinutes(20);
    private static final Duration TO_TAKE_OVER = Duration.ofMinutes(2);
    private static final Duration BETWEEN_RELEASES = Duration.ofMillis(200);
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final Pattern LATE =
            Pattern.compile("mcprollout_look_late_seconds\\{quantile=\"0\\.99\"\\} ([0-9.E-]+)");
    private static final Pattern LOOKS = Pattern.compile("mcprollout_look_late_seconds_count ([0-9.E-]+)");
    private static final int PODS_OF_A_FOREIGN_DEPLOYMENT = 4;

    private final Path app;
    private final List<String> flags;
    private final Herd herd;
    private final Consumer<String> progress;

    /** Of the controller at {@code app}, run with these JVM flags; {@code progress} hears how far it is. */
    ScaleBench(Path app, List<String> flags, Herd herd, Consumer<String> progress) {
        this.progress = progress;
        this.app = app;
        this.flags = flags;
        this.herd = herd;
    }

    /**
     * Rollouts under way.
     *
     * @param residentMiB memory of the controller
     * @param lateP99Seconds how long after it was due a look began
     * @param callsPerMinute calls that reached the API server, by verb and resource
     * @param cores processors that the controller took
     * @param benchCores processors that API server, MCP server and benchmark took
     * @param leadsSeconds from the death of the controller to the time when another leads
     * @param backSeconds from then to the time when a rollback that was due is written
     */
    record Active(
            double residentMiB,
            double lateP99Seconds,
            Map<String, Double> callsPerMinute,
            double cores,
            double benchCores,
            double leadsSeconds,
            double backSeconds) {
        /** Calls per minute with one of those verbs, without those about the Lease. */
        double calls(Set<String> verbs) {
            return callsPerMinute.entrySet().stream()
                    .filter(call -> verbs.contains(call.getKey().split(" ", 2)[0])
                            && !call.getKey().contains("leases"))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        }
    }

    /**
     * Resident memory, in MiB, of a controller that looks at rollouts at rest.
     *
     * @param adopted after it has seen all of them for the first time
     * @param restarted of one that begins when all of them are known
     */
    record Idle(double adopted, double restarted) {}

    /**
     * So many rollouts at rest.
     *
     * @param foreign Deployments of others beside them, with four pods and a VirtualService each
     */
    Idle idle(int foreign, int rollouts) {
        try (KubeApi kube = Bed.api(CRDS, API);
                OneServer server = new OneServer();
                Phases phases = new Phases(kube, progress)) {
            fill(kube, foreign, rollouts, true);
            double adopted;
            try (PackagedController first = controller(kube, server, "first", List.of())) {
                first.awaitReady(START);
                phases.await("Idle", rollouts, TO_IDLE);
                Cluster.pause(SETTLE);
                adopted = mebibytes(first);
            }
            try (PackagedController second = controller(kube, server, "second", List.of())) {
                second.awaitReady(START);
                Cluster.await("a look at each", TO_IDLE, () -> {
                    Cluster.pause(Duration.ofSeconds(2));
                    return metric(second, LOOKS).orElse(0) >= rollouts;
                });
                Cluster.pause(SETTLE);
                return new Idle(adopted, mebibytes(second));
            }
        }
    }

    /** So many rollouts under way, carried out by a controller with more JVM flags, and taken over by another. */
    Active active(int foreign, int rollouts, List<String> more) {
        try (KubeApi kube = Bed.api(CRDS, API);
                OneServer server = new OneServer();
                Phases phases = new Phases(kube, progress)) {
            fill(kube, foreign, rollouts, false);
            try (PackagedController first = controller(kube, server, "first", more)) {
                first.awaitReady(START);
                phases.await("Idle", rollouts, TO_IDLE);
                for (int i = 0; i < rollouts; i++) {
                    herd.release(kube, lane(i));
                    Cluster.pause(BETWEEN_RELEASES);
                }
                phases.await("Stepping", rollouts, TO_STEP);
                Cluster.pause(SETTLE);
                RequestLog log = kube.log();
                log.clear();
                Duration used = first.cpu();
                Duration own = ownCpu();
                Cluster.pause(WINDOW);
                Map<String, Double> calls = perMinute(log);
                double cores = cores(first.cpu().minus(used));
                double benchCores = cores(ownCpu().minus(own));
                double resident = mebibytes(first);
                double late = late(first);
                phases.await("Stepping", rollouts, SETTLE);
                try (PackagedController second = controller(kube, server, "second", more)) {
                    second.awaitReady(START);
                    Cluster.pause(SETTLE);
                    first.kill();
                    Instant killed = Instant.now();
                    herd.crash(kube, lane(0));
                    Cluster.await(
                            "another to lead", TO_TAKE_OVER, () -> leader(kube).startsWith("second-"));
                    double leads = seconds(killed);
                    Cluster.await("the rollback", TO_TAKE_OVER, () -> weight(kube, lane(0)) == 0);
                    return new Active(resident, late, calls, cores, benchCores, leads, seconds(killed));
                }
            }
        }
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double cores(Duration used) {
        return used.toMillis() / (double) WINDOW.toMillis();
    }

    private void fill(KubeApi kube, int foreign, int rollouts, boolean preset) {
        for (int i = 0; i < foreign; i++) {
            herd.putForeign(kube, "foreign-" + i, PODS_OF_A_FOREIGN_DEPLOYMENT);
        }
        for (int i = 0; i < rollouts; i++) {
            herd.put(kube, lane(i), preset);
        }
    }

    private static String lane(int number) {
        return "lane-" + number;
    }

    private PackagedController controller(KubeApi kube, OneServer server, String name, List<String> more) {
        return PackagedController.start(
                Launch.against(app, kube.url(), Path.of("target", "bench", "scale-" + name + ".log"))
                        .withFlags(flags)
                        .withFlags(more)
                        .with("mcprollout.lease.namespace", "default")
                        .with("mcprollout.lease.identity", name)
                        .with("mcprollout.entry-points.gateway", "127.0.0.1:" + server.port()));
    }

    private static String leader(KubeApi kube) {
        return kube.get("leases.coordination.k8s.io", "default", "mcprollout")
                .map(lease -> lease.at("/spec/holderIdentity").asText())
                .orElse("");
    }

    private static int weight(KubeApi kube, String lane) {
        return kube.get("virtualservices.networking.istio.io", lane, "server")
                .map(Cluster::weight)
                .orElseThrow();
    }

    private static double seconds(Instant since) {
        return Duration.between(since, Instant.now()).toMillis() / 1000.0;
    }

    private static double mebibytes(PackagedController controller) {
        return controller.residentBytes() / 1048576.0;
    }

    private static double late(PackagedController controller) {
        return metric(controller, LATE)
                .orElseThrow(
                        () -> new IllegalStateException("the controller's metrics do not say how late looks begin"));
    }

    /* Before the first look there is no such metric. */
    private static OptionalDouble metric(PackagedController controller, Pattern pattern) {
        String metrics = controller.get("/q/metrics").map(HttpResponse::body).orElse("");
        Matcher found = pattern.matcher(metrics);
        return found.find() ? OptionalDouble.of(Double.parseDouble(found.group(1))) : OptionalDouble.empty();
    }

    private static Map<String, Double> perMinute(RequestLog log) {
        double minutes = WINDOW.toSeconds() / 60.0;
        return log.countsByResource().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, call -> call.getValue() / minutes, Double::sum, TreeMap::new));
    }
}
