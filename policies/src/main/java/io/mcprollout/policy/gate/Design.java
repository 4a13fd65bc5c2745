package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What is fixed before the first observation of an attempt, so that every bound of the comparison holds.
 *
 * @param cohort revisions that are compared
 * @param stable slot that plays stable; the other one is the candidate's
 * @param numbers of the policy, frozen
 * @param streams where evidence comes from
 * @param steps weights of the plan, above zero: a certificate is kept for each
 * @param restart how often evidence of this revision was started before: the bounds are divided by 2 to this power
 */
public record Design(Cohort cohort, Slot stable, Numbers numbers, Streams streams, List<Weight> steps, int restart) {
    private static final double LARGEST_MARGIN = .20;
    /* What the probes must rule out at the least where the mesh certifies the rest. */
    private static final double OUTSIDE_VIEW = .10;
    private static final int MOST_RESTARTS = 30;
    private static final double NO_RELATIVE_MARGIN = 0;

    public Design {
        steps = steps.stream().distinct().sorted().toList();
        if (steps.isEmpty() || steps.getFirst().percent() == 0) {
            throw new IllegalArgumentException("steps must name at least one weight, each above 0, but are " + steps);
        }
        if (restart < 0 || restart > MOST_RESTARTS) {
            throw new IllegalArgumentException("restart must be 0.." + MOST_RESTARTS + " but is " + restart);
        }
    }

    /** The error budget of this attempt. */
    ErrorBudget budget() {
        return ErrorBudget.of(
                numbers.falseRollbackProbability(),
                numbers.falseAdvanceProbability(),
                restart,
                streams.probes().size(),
                streams.mesh().size());
    }

    /** The longest time between two looks at a stream. */
    Duration tick() {
        Duration longest = streams.longestInterval();
        return longest.compareTo(numbers.scrapeInterval()) > 0 ? longest : numbers.scrapeInterval();
    }

    /** How long evidence of a blip may rise that is tolerated: as long as the blip, and until the reading after it. */
    Duration blip() {
        return numbers.blipTolerance().plus(tick());
    }

    /** Differences that the mesh's certificates rule out, each once, falling: the harm budget by the step's weight, at most 20 points. */
    List<Double> margins() {
        return steps.stream().map(this::margin).distinct().toList();
    }

    /** Differences that the probes' certificates rule out: the same, and 10 points at the end. */
    List<Double> probeMargins() {
        return Stream.concat(margins().stream(), Stream.of(OUTSIDE_VIEW)).toList();
    }

    /** Which of the margins a weight needs: that of the first step that is not below it; none for a weight above all steps. */
    OptionalInt certificateFor(Weight next) {
        int index = 0;
        double last = margin(steps.getFirst());
        for (Weight step : steps) {
            double margin = margin(step);
            index += margin == last ? 0 : 1;
            last = margin;
            if (!next.isAbove(step)) {
                return OptionalInt.of(index);
            }
        }
        return OptionalInt.empty();
    }

    private double margin(Weight step) {
        return Math.min(LARGEST_MARGIN, numbers.harmBudget() * 100 / step.percent());
    }

    void write(StateWriter out) {
        out.text(cohort.stable().hash()).text(cohort.candidate().hash()).text(stable.name());
        out.number(numbers.falseRollbackProbability())
                .number(numbers.falseAdvanceProbability())
                .number(numbers.margin())
                .number(numbers.harmBudget())
                .duration(numbers.minimumDwell())
                .duration(numbers.deadline())
                .duration(numbers.blipTolerance())
                .duration(numbers.scrapeInterval())
                .duration(numbers.pairInterval())
                .text(numbers.onInconclusive().name())
                .duration(numbers.noDataDeadline())
                .duration(numbers.holdWindow())
                .number(numbers.tolerableSlowdown())
                .number(numbers.relativeMargin().orElse(NO_RELATIVE_MARGIN));
        out.all(streams.probes(), (writer, probe) -> writer.text(probe.name()).duration(probe.interval()));
        out.all(streams.mesh(), StateWriter::text);
        out.all(steps, (writer, step) -> writer.count(step.percent())).count(restart);
    }

    static Design read(StateReader in) throws UnreadableState {
        Cohort cohort = new Cohort(revision(in), revision(in));
        Slot stable = in.constant(Slot.class);
        Numbers numbers = numbers(in);
        List<Streams.Probe> probes = in.all(item -> {
            String name = item.text();
            var interval = item.duration();
            return item.built(() -> new Streams.Probe(name, interval));
        });
        List<String> mesh = in.all(StateReader::text);
        List<Weight> steps = in.all(item -> {
            long percent = item.count();
            return item.built(() -> new Weight(Math.toIntExact(percent)));
        });
        long restart = in.count();
        return in.built(
                () -> new Design(cohort, stable, numbers, new Streams(probes, mesh), steps, Math.toIntExact(restart)));
    }

    private static Numbers numbers(StateReader in) throws UnreadableState {
        double[] shares = {in.number(), in.number(), in.number(), in.number()};
        Duration[] times = {in.duration(), in.duration(), in.duration(), in.duration(), in.duration()};
        Numbers.DeadlineAction action = in.constant(Numbers.DeadlineAction.class);
        Duration noData = in.duration();
        Duration hold = in.duration();
        double slowdown = in.number();
        double relative = in.number();
        OptionalDouble relativeMargin =
                relative == NO_RELATIVE_MARGIN ? OptionalDouble.empty() : OptionalDouble.of(relative);
        return in.built(() -> new Numbers(
                shares[0],
                shares[1],
                shares[2],
                shares[3],
                times[0],
                times[1],
                times[2],
                times[3],
                times[4],
                action,
                noData,
                hold,
                slowdown,
                relativeMargin));
    }

    private static Revision revision(StateReader in) throws UnreadableState {
        String hash = in.text();
        return in.built(() -> new Revision(hash));
    }
}
