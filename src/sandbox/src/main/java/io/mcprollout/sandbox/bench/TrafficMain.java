package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Measures what keeping sessions costs the gateway and how soon weights are felt, and writes {@code target/bench/traffic.json}. */
public final class TrafficMain {
    private static final Path REPORT = Path.of("target", "bench", "traffic.json");
    private static final int BLOCKS = 40;
    private static final int REQUESTS_PER_BLOCK = 500;
    private static final int CHANGES = 60;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private TrafficMain() {}

    /** Measures from the root of the project, with the Envoy that {@code src/build/envoy-venv.sh} installs. */
    public static void main(String[] args) throws IOException {
        Logger.getLogger("").setLevel(Level.WARNING);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        ObjectNode report = JSON.createObjectNode();
        Path target = Path.of("target").toAbsolutePath();
        try (TrafficBench bench = new TrafficBench(target.resolve("envoy-venv"), target.resolve("bench/traffic"))) {
            TrafficBench.Cost cost = bench.cost(BLOCKS, REQUESTS_PER_BLOCK);
            ObjectNode script = report.putObject("script").put("requestsOfEach", BLOCKS * REQUESTS_PER_BLOCK);
            side(script.putObject("without"), cost.without());
            side(script.putObject("with"), cost.with());
            script.putObject("ratio")
                    .put("p50", round(cost.with().p50() / cost.without().p50()))
                    .put("p99", round(cost.with().p99() / cost.without().p99()))
                    .put("cpu", round(cost.with().cpu() / cost.without().cpu()));
            for (int debounce : List.of(0, 100)) {
                followed(
                        report.putObject("writeToTraffic" + debounce + "msDebounce"),
                        bench.followed(CHANGES, Duration.ofMillis(debounce)));
            }
        }
        Files.createDirectories(REPORT.toAbsolutePath().getParent());
        JSON.writeValue(REPORT.toFile(), report);
        out.println(JSON.writeValueAsString(report));
        System.exit(0);
    }

    private static void side(ObjectNode out, TrafficBench.Side side) {
        out.put("p50Micros", round(side.p50()))
                .put("p99Micros", round(side.p99()))
                .put("envoyCpuMicros", round(side.cpu()));
    }

    private static void followed(ObjectNode out, List<TrafficBench.Followed> all) {
        out.put("changes", all.size());
        quantiles(out.putObject("firstUnderNewMillis"), all, TrafficBench.Followed::first);
        quantiles(out.putObject("lastUnderOldMillis"), all, TrafficBench.Followed::last);
    }

    private static void quantiles(
            ObjectNode out, List<TrafficBench.Followed> all, ToDoubleFunction<TrafficBench.Followed> of) {
        double[] sorted = all.stream().mapToDouble(of).sorted().toArray();
        out.put("p50", round(sorted[sorted.length / 2]))
                .put("p90", round(sorted[sorted.length * 9 / 10]))
                .put("max", round(sorted[sorted.length - 1]));
    }

    private static double round(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.3g", value));
    }
}
