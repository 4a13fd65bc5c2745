package io.mcprollout.sandbox.engine;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How fast one core is, and what it allocates, measured by JMH in JVMs of their own.
 *
 * @param updates full updates, by preset
 * @param encode the state of {@code standard} as text, with latency
 * @param decode the same from text
 * @param encodedBytes of that text
 */
record Speed(List<Update> updates, Rate encode, Rate decode, int encodedBytes) {
    private static final String STANDARD = "standard";
    private static final List<String> PRESETS = List.of("fast", STANDARD, "cautious");
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /**
     * One operation.
     *
     * @param perSecond of one core
     * @param bytes allocated by each
     */
    record Rate(double perSecond, double bytes) {}

    /**
     * A probe pair, a reading that closes a block, and the judgement.
     *
     * @param preset of the policy
     * @param plain where the mesh tells nothing of latency
     * @param timed where it does
     */
    record Update(String preset, Rate plain, Rate timed) {}

    Speed {
        updates = List.copyOf(updates);
    }

    /** Measures all, in less than a minute. */
    static Speed measure() {
        Collection<RunResult> runs = run("update", PRESETS, "false", "true");
        List<Update> updates = PRESETS.stream()
                .map(preset -> new Update(preset, rate(find(runs, preset, "false")), rate(find(runs, preset, "true"))))
                .toList();
        Rate encode = rate(find(run("encode", List.of(STANDARD), "true"), STANDARD, "true"));
        Rate decode = rate(find(run("decode", List.of(STANDARD), "true"), STANDARD, "true"));
        String state = Midway.of(Presets.plan(STANDARD), true).divergence().encode();
        return new Speed(updates, encode, decode, state.getBytes(StandardCharsets.UTF_8).length);
    }

    private static RunResult find(Collection<RunResult> runs, String preset, String timed) {
        return runs.stream()
                .filter(run -> run.getParams().getParam("preset").equals(preset)
                        && run.getParams().getParam("timed").equals(timed))
                .findFirst()
                .orElseThrow();
    }

    private static Collection<RunResult> run(String method, List<String> presets, String... timed) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(SpeedBenchmark.class.getName() + "\\." + method + "$")
                .param("preset", presets.toArray(String[]::new))
                .param("timed", timed)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        try {
            return new Runner(options.build()).run();
        } catch (RunnerException failed) {
            throw new IllegalStateException("JMH could not measure " + method, failed);
        }
    }

    private static Rate rate(RunResult run) {
        return new Rate(
                run.getPrimaryResult().getScore(),
                Objects.requireNonNull(run.getSecondaryResults().get(ALLOCATED), ALLOCATED)
                        .getScore());
    }
}
