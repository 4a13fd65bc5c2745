package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.bench.Lane.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Time from a fault at 10 % to 100/0 at the mesh, with the shipped policy {@code fast}.
 *
 * <p>Rollouts run side by side in waves, each in its own namespace with its own servers and load, under one controller. A wave in
 * which the load was late is not counted and is repeated with half as many.
 */
final class FaultBench {
    private static final double LATE_MS = 100;
    private static final Duration TO_TEN = Duration.ofMinutes(4);
    private static final Duration TO_BACK = Duration.ofMinutes(6);
    private static final Duration LEAST_ONSET = Duration.ofSeconds(10);
    private static final int ONSET_SPREAD_MS = 30_000;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(3);

    private final Path app;
    private final List<String> flags;
    private final Random random = new Random(20261122);

    FaultBench(Path app, List<String> flags) {
        this.app = app;
        this.flags = flags;
    }

    /** So many measured rollouts of one setting, with the number that ran side by side last. */
    record Measured(List<Result> results, int sideBySide, int discarded) {}

    Measured run(Setting setting, int runs) {
        List<Result> results = new ArrayList<>();
        int lanes = Math.min(setting.lanes(), runs);
        int discarded = 0;
        while (results.size() < runs) {
            List<Result> wave = wave(setting, Math.min(lanes, runs - results.size()));
            double late = wave.stream().mapToDouble(Result::lateMs).max().orElse(0);
            if (late > LATE_MS && lanes > 1) {
                discarded += wave.size();
                lanes = lanes / 2;
            } else {
                results.addAll(wave);
            }
        }
        return new Measured(results, lanes, discarded);
    }

    private List<Result> wave(Setting setting, int lanes) {
        List<String> names =
                IntStream.range(0, lanes).mapToObj(lane -> "lane-" + lane).toList();
        try (Cluster cluster = Cluster.start(app, flags, names)) {
            List<Lane> all =
                    names.stream().map(name -> new Lane(name, cluster, setting)).toList();
            try {
                return measure(all);
            } finally {
                all.forEach(Lane::close);
            }
        }
    }

    /* Faults begin at a random moment each, so that they meet every phase of probes and scrapes. */
    private List<Result> measure(List<Lane> lanes) {
        lanes.forEach(Lane::release);
        Cluster.await(
                "every new version to have 10 %", TO_TEN, () -> lanes.stream().allMatch(Lane::isAtTen));
        Cluster.pause(LEAST_ONSET);
        List<Integer> onsets = lanes.stream()
                .map(lane -> random.nextInt(ONSET_SPREAD_MS))
                .sorted()
                .toList();
        int passed = 0;
        for (int i = 0; i < lanes.size(); i++) {
            Cluster.pause(Duration.ofMillis(onsets.get(i) - passed));
            passed = onsets.get(i);
            lanes.get(i).strike();
        }
        Cluster.await(
                "every new version to be without traffic",
                TO_BACK,
                () -> lanes.stream().allMatch(Lane::isBack));
        Cluster.pause(LAST_ANSWERS);
        return lanes.stream().map(Lane::result).toList();
    }
}
