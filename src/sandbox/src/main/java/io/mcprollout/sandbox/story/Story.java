package io.mcprollout.sandbox.story;

import io.mcprollout.sandbox.agent.CallResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened in one rollout so far, with times in seconds after the new version was released; safe for any number of threads. */
public final class Story {

    /* how long a call that was sent to the new version may still take to fail */
    private static final Duration UNDER_WAY = Duration.ofSeconds(5);

    /** The new version's weight in percent from then on. */
    public record Weighed(double seconds, int weight) {}

    /** What the controller said when it began something new. */
    public record Said(double seconds, String phase, int weight, String message) {}

    private final Plot plot;
    private final List<Weighed> weights = new ArrayList<>();
    private final List<Said> said = new ArrayList<>();
    private Instant start = Instant.MAX;
    private @Nullable Instant struck;
    private @Nullable Instant mended;
    private @Nullable Instant lastAnswerOfCanary;
    private @Nullable Instant backAtZero;

    /** A story that has not begun. */
    public Story(Plot plot) {
        this.plot = plot;
    }

    /** The new version is released. */
    public synchronized void begin(Instant now) {
        start = now;
        weights.add(new Weighed(0, 0));
    }

    /** The route carries this weight for the new version. */
    public synchronized void weight(Instant now, int weight) {
        if (weights.isEmpty() || weights.get(weights.size() - 1).weight() == weight) {
            return;
        }
        weights.add(new Weighed(seconds(now), weight));
        if (weight == 0 && struck != null && backAtZero == null) {
            backAtZero = now;
        }
    }

    /** The status reads so now; kept when phase, weight or the meaning of the message are new. */
    public synchronized void status(Instant now, RolloutView view) {
        Said last = said.isEmpty() ? null : said.get(said.size() - 1);
        if (!view.message().isEmpty()
                && (last == null
                        || !last.phase().equals(view.phase())
                        || last.weight() != view.weight()
                        || !withoutNumbers(last.message()).equals(withoutNumbers(view.message())))) {
            said.add(new Said(seconds(now), view.phase(), view.weight(), view.message()));
        }
    }

    /** The fault begins. */
    public synchronized void strike(Instant now) {
        struck = now;
    }

    /** The fault ends. */
    public synchronized void mend(Instant now) {
        mended = now;
    }

    /** An agent's call has ended. */
    public synchronized void call(CallResult result) {
        if (result.answeredBy().equals("canary")
                && (lastAnswerOfCanary == null || result.at().isAfter(lastAnswerOfCanary))) {
            lastAnswerOfCanary = result.at();
        }
    }

    /** True for a failed call that the new version's own fault made fail. */
    public synchronized boolean isCanarysFault(CallResult result) {
        Instant since = struck;
        return plot.isCanarysFault()
                && since != null
                && !result.at().plus(result.took()).isBefore(since)
                && result.answeredBy().equals("canary");
    }

    /** True for a call that failed at this moment while agents reached the new version and its own fault lasted. */
    public synchronized boolean isUnderCanarysFault(Instant failed) {
        return plot.isCanarysFault()
                && struck != null
                && !failed.isBefore(struck)
                && hadWeight()
                && (backAtZero == null || failed.isBefore(backAtZero.plus(UNDER_WAY)));
    }

    /** True when the new version ever had weight. */
    public synchronized boolean hadWeight() {
        return weights.stream().anyMatch(at -> at.weight() > 0);
    }

    /** True when the fault has begun. */
    public synchronized boolean isStruck() {
        return struck != null;
    }

    /** True when the fault has ended. */
    public synchronized boolean isMended() {
        return mended != null;
    }

    /** When the fault began, if it did. */
    public synchronized @Nullable Instant struckAt() {
        return struck;
    }

    /** True when the weight rose while the fault lasted. */
    public synchronized boolean roseUnderFault() {
        if (struck == null) {
            return false;
        }
        double from = seconds(struck);
        double to = mended == null ? Double.MAX_VALUE : seconds(mended);
        for (int i = 1; i < weights.size(); i++) {
            Weighed next = weights.get(i);
            if (next.weight() > weights.get(i - 1).weight() && next.seconds() > from && next.seconds() < to) {
                return true;
            }
        }
        return false;
    }

    /** Seconds from the fault of the new version to the moment after which no agent reached it any more; null when there was none. */
    public synchronized @Nullable Double faultToStable() {
        if (struck == null || backAtZero == null || !plot.isCanarysFault()) {
            return null;
        }
        Instant end =
                lastAnswerOfCanary != null && lastAnswerOfCanary.isAfter(backAtZero) ? lastAnswerOfCanary : backAtZero;
        return Duration.between(struck, end).toMillis() / 1000.0;
    }

    /** The new version's weight in percent now. */
    public synchronized int weight() {
        return weights.isEmpty() ? 0 : weights.get(weights.size() - 1).weight();
    }

    /** Every weight that the new version had, in order. */
    public synchronized List<Weighed> weights() {
        return List.copyOf(weights);
    }

    /** What the controller said, in order. */
    public synchronized List<Said> decisions() {
        return List.copyOf(said);
    }

    /** Seconds from the release to this moment, 0 before it. */
    public synchronized double seconds(Instant now) {
        return start.equals(Instant.MAX) ? 0 : Duration.between(start, now).toMillis() / 1000.0;
    }

    private static String withoutNumbers(String text) {
        return text.replaceAll("[0-9]+", "#");
    }
}
