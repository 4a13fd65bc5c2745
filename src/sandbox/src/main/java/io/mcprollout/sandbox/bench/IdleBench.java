package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.kube.http.RequestLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Start to ready, and what an idle controller with one rollout costs. */
final class IdleBench {
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Path app;
    private final List<String> flags;

    IdleBench(Path app, List<String> flags) {
        this.app = app;
        this.flags = flags;
    }

    /**
     * What was measured.
     *
     * @param readySeconds from the start of the process to its readiness, one value for each start
     * @param residentMiB after 60 idle seconds
     * @param requestsPerMinute calls that reached the API server in that minute, by verb and resource
     */
    record Measured(List<Double> readySeconds, double residentMiB, Map<String, Long> requestsPerMinute) {
        /** Calls in that minute that are neither watches nor about the Lease. */
        long readsApartFromLease() {
            return requestsPerMinute.entrySet().stream()
                    .filter(call -> !call.getKey().startsWith("watch ")
                            && !call.getKey().contains("leases"))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    Measured run(int starts) {
        List<Double> ready = new ArrayList<>();
        for (int start = 0; start < starts; start++) {
            ready.add(ready());
        }
        try (Cluster cluster = Cluster.start(app, flags, List.of("lane-0"))) {
            Cluster.pause(SETTLE);
            RequestLog log = cluster.bed().kube().log();
            log.clear();
            Cluster.pause(IDLE);
            return new Measured(ready, cluster.controller().residentBytes() / 1048576.0, log.countsByResource());
        }
    }

    private double ready() {
        try (Cluster cluster = Cluster.start(app, flags, List.of())) {
            return cluster.readyAfter().toMillis() / 1000.0;
        }
    }
}
