package io.mcprollout.sandbox.engine;

import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.gate.Divergence;
import io.mcprollout.policy.gate.Judgement;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What JMH measures of the engine: full updates of an attempt in the middle of a rollout, and its state as text and back. The attempt goes
 * on for 500 updates, then again from the middle; what is seen is made beforehand, so that what is allocated is the engine's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@Threads(1)
public class SpeedBenchmark {
    /** Preset of the policy. */
    @Param({"fast", "standard", "cautious"})
    public String preset = "";

    /** Whether the mesh tells how long requests take. */
    @Param({"false", "true"})
    public boolean timed;

    private Midway middle = Midway.of(Presets.plan("standard"), false);
    private Divergence divergence = middle.divergence();
    private String encoded = "";
    private int seen;

    /** Brings the attempt to its middle. */
    @Setup
    public void begin() {
        middle = Midway.of(Presets.plan(preset), timed);
        divergence = middle.divergence();
        encoded = divergence.encode();
        seen = 0;
    }

    /** One full update: a probe pair, a reading that closes a block, and the judgement. */
    @Benchmark
    public Judgement update() {
        if (seen == middle.next().size()) {
            divergence = middle.divergence();
            seen = 0;
        }
        Midway.Sight sight = middle.next().get(seen++);
        divergence = Midway.take(divergence, middle.log(), sight);
        return Midway.judge(divergence, sight);
    }

    /** The state as text. */
    @Benchmark
    public String encode() {
        return divergence.encode();
    }

    /** The state from text. */
    @Benchmark
    public Divergence decode() throws UnreadableState {
        return Divergence.decode(encoded);
    }
}
