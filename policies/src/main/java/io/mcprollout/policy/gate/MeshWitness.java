package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.HarmProcess;
import java.time.Duration;

/**
 * All that one mesh source has said.
 *
 * @param longest time that a block counts for at most, so that what came in after a gap weighs no more than any other block
 * @param onset what was seen since the candidate began to look worse
 * @param health of stable
 * @param stable users' requests to stable, in this attempt
 * @param candidate users' requests to the candidate, in this attempt
 */
record MeshWitness(
        String name, Duration longest, HarmProcess harm, Onset onset, Health health, Tally stable, Tally candidate) {
    private static final double FEWEST = 5;

    static MeshWitness start(String name, Design design) {
        return new MeshWitness(
                name,
                longest(design),
                HarmProcess.start(settings(design)),
                Onset.NONE,
                Health.UNKNOWN,
                Tally.NONE,
                Tally.NONE);
    }

    /** With one more block. */
    MeshWitness with(MeshBlock block, Duration window, boolean learn) {
        Duration elapsed = length(block);
        HarmProcess nextHarm = harm.with(block.stable(), block.candidate(), elapsed, learn);
        return new MeshWitness(
                name,
                longest,
                nextHarm,
                onset.with(nextHarm.logE(), block.stable(), block.candidate()),
                health.with(
                        (double) block.stable().bad(), (double) block.stable().total(), elapsed, window),
                stable.plus(block.stable()),
                candidate.plus(block.candidate()));
    }

    /** How much a block would weigh: logarithm of the evidence after it. */
    double weigh(MeshBlock block) {
        return harm.with(block.stable(), block.candidate(), length(block), false)
                .logE();
    }

    /** Something changed that may be the beginning of harm. */
    MeshWitness event() {
        return new MeshWitness(name, longest, harm.event(), onset, health, stable, candidate);
    }

    /** Whether stable fails most requests. */
    boolean stableIsSick() {
        return health.isBad(FEWEST);
    }

    private Duration length(MeshBlock block) {
        Duration length = Duration.between(block.from(), block.to());
        return length.compareTo(longest) > 0 ? longest : length;
    }

    private static Duration longest(Design design) {
        Duration scrape = design.numbers().scrapeInterval();
        return scrape.compareTo(MeshBlock.LONGEST) > 0 ? scrape : MeshBlock.LONGEST;
    }

    private static HarmProcess.Settings settings(Design design) {
        return HarmProcess.Settings.mesh(
                design.numbers().margin(),
                HarmProcess.Settings.UNKNOWN_CLUSTERS,
                design.numbers().blipTolerance());
    }

    void write(StateWriter out) {
        harm.write(out);
        onset.write(out);
        health.write(out);
        out.tally(stable).tally(candidate);
    }

    static MeshWitness read(StateReader in, String name, Design design) throws UnreadableState {
        return new MeshWitness(
                name,
                longest(design),
                HarmProcess.read(in, settings(design)),
                Onset.read(in),
                Health.read(in),
                in.tally(),
                in.tally());
    }
}
