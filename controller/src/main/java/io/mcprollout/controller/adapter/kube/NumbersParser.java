package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers.OnInconclusive;
import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads the numbers of a policy; says all that is wrong with them. */
final class NumbersParser {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final Problems problems;
    private final String path;

    /** Problems name fields below {@code path}. */
    NumbersParser(Problems problems, String path) {
        this.problems = problems;
        this.path = path;
    }

    /** The numbers; empty when something is wrong, which is then among the problems. */
    Optional<Numbers> parse(PolicyNumbers numbers) {
        int before = problems.size();
        double rollback = percent("falseRollbackProbability", numbers.falseRollbackProbability(), true, 100);
        double advance = percent("falseAdvanceProbability", numbers.falseAdvanceProbability(), true, 100);
        double margin = percent("margin", numbers.margin(), false, 50);
        double harm = percent("harmBudget", numbers.harmBudget(), true, 100);
        Duration dwell = duration("minimumDwell", numbers.minimumDwell());
        Duration deadline = duration("deadline", numbers.deadline());
        Duration blip = duration("blipTolerance", numbers.blipTolerance());
        Duration scrape = duration("scrapeInterval", numbers.scrapeInterval());
        Duration pair = duration("pairInterval", numbers.pairInterval());
        Duration noData = duration("noDataDeadline", numbers.noDataDeadline());
        Duration window = duration("holdWindow", numbers.holdWindow());
        double slowdown = percent("tolerableSlowdown", numbers.tolerableSlowdown(), false, 10_000);
        OptionalDouble relative = numbers.relativeMargin() == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(percent("relativeMargin", numbers.relativeMargin(), true, 10_000));
        if (problems.size() == before && deadline.compareTo(dwell) < 0) {
            problems.add(
                    "deadline",
                    path,
                    "is shorter than minimumDwell, so that every step would be inconclusive; make it longer than "
                            + numbers.minimumDwell());
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        DeadlineAction action =
                numbers.onInconclusive() == OnInconclusive.Rollback ? DeadlineAction.Rollback : DeadlineAction.Hold;
        return Optional.of(new Numbers(
                rollback, advance, margin, harm, dwell, deadline, blip, scrape, pair, action, noData, window, slowdown,
                relative));
    }

    private double percent(String field, @Nullable String text, boolean above, int below) {
        if (text == null || !text.matches("[0-9]{1,4}(\\.[0-9]{1,9})?%")) {
            problems.add(field, path, "must be a percentage such as 0.5% but is " + text);
            return 0.01;
        }
        BigDecimal value = new BigDecimal(text.substring(0, text.length() - 1));
        if ((above && value.signum() == 0) || value.compareTo(BigDecimal.valueOf(below)) >= 0) {
            problems.add(
                    field, path, "must be " + (above ? "above 0% and" : "") + " below " + below + "% but is " + text);
            return 0.01;
        }
        return value.divide(HUNDRED).doubleValue();
    }

    private Duration duration(String field, @Nullable String text) {
        Optional<Duration> value = text == null ? Optional.empty() : DurationText.parse(text);
        if (value.isEmpty() || value.get().isZero()) {
            problems.add(field, path, "must be a duration longer than nothing, such as 30s or 1h30m, but is " + text);
            return Duration.ofSeconds(1);
        }
        return value.get();
    }
}
