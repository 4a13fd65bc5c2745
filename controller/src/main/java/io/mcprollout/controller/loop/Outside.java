package io.mcprollout.controller.loop;

import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Ledger;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.rollout.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Requests to the candidate while no route gives it any, without the prober's own. Immutable.
 *
 * @param ledger of all that the mesh counted
 * @param lately what was found, oldest first
 * @param deafUntil when enough was heard to know that there were none
 */
record Outside(Ledger ledger, List<Found> lately, Instant deafUntil) {
    /* A block of the mesh, and a reading more. */
    private static final Duration FIRST_BLOCK = MeshBlock.LONGEST.plusSeconds(5);

    /*
     * Within the time for which what was found matters, one in six seconds. Which of the prober's requests a reading has counted is known but
     * for one or two at its edges, and a loaded machine stretches these.
     */
    private static final long FEWEST = 20;

    /** Requests of one source's block; at least so many, whichever of the prober's are in it. */
    record Found(String source, Instant at, long requests) {}

    Outside {
        lately = List.copyOf(lately);
    }

    /** Listens from the beginning of an attempt, whose preflight is long enough. */
    static Outside start(Run run) {
        return new Outside(Ledger.of(run.cohort(), run.stable()), List.of(), Instant.MIN);
    }

    /** Listens again after a time in which nobody did, and in which what was heard before was lost. */
    static Outside resume(Run run, Instant now) {
        boolean listens = !run.plan().streams().mesh().isEmpty();
        return new Outside(
                Ledger.of(run.cohort(), run.stable()), List.of(), listens ? now.plus(FIRST_BLOCK) : Instant.MIN);
    }

    boolean isDeaf(Instant now) {
        return now.isBefore(deafUntil);
    }

    /** With one more reading and the log of the prober's requests. */
    Outside with(Reading reading, ProbeLog log) {
        if (!(reading instanceof Counters counters)) {
            return this;
        }
        Ledger.Taken taken =
                ledger.take(counters, log, block -> (double) block.candidate().total());
        return new Outside(taken.next(), taken.closed().map(this::found).orElse(lately), deafUntil);
    }

    private List<Found> found(ClosedBlock closed) {
        long requests = closed.users().candidate().total();
        if (requests == 0) {
            return lately;
        }
        List<Found> next = new ArrayList<>(lately);
        next.add(new Found(closed.users().stream(), closed.users().to(), requests));
        return next;
    }

    /** As {@link Ledger#probesNeededSince}. */
    Instant probesNeededSince() {
        return ledger.probesNeededSince();
    }

    /** Without what is too old to matter. */
    Outside at(Instant now) {
        Instant oldest = now.minus(Paths.QUIET);
        return lately.stream().anyMatch(found -> found.at().isBefore(oldest))
                ? new Outside(
                        ledger,
                        lately.stream()
                                .filter(found -> !found.at().isBefore(oldest))
                                .toList(),
                        deafUntil)
                : this;
    }

    /** The source that counted most of them, for two may have counted the same; empty when they are too few to be told from the prober's own. */
    Optional<Paths.Outside> seen() {
        Map<String, Long> bySource = new TreeMap<>();
        lately.forEach(found -> bySource.merge(found.source(), found.requests(), Long::sum));
        return bySource.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .filter(most -> most.getValue() >= FEWEST)
                .map(most -> new Paths.Outside(most.getKey(), most.getValue()));
    }
}
