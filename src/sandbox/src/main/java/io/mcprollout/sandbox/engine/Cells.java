package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Summary;
import java.util.List;
import java.util.Locale;

/** How numbers look in a table. */
final class Cells {
    private Cells() {}

    /** A share in percent with as many digits as it needs. */
    static String percent(double share) {
        double percent = 100 * share;
        if (percent == 0 || percent == 100) {
            return percent == 0 ? "0" : "100 %";
        }
        return String.format(Locale.ROOT, percent < 10 || percent > 99.9 ? "%.2f %%" : "%.1f %%", percent);
    }

    /** A share of rollouts and its upper 95 % bound. */
    static String bounded(Summary summary) {
        return percent(summary.rollbackShare()) + " (≤ " + percent(summary.rollbackUpper95()) + ")";
    }

    /** Seconds; a dash for never. */
    static String seconds(double seconds) {
        return Double.isFinite(seconds) ? String.format(Locale.ROOT, seconds < 100 ? "%.1f" : "%.0f", seconds) : "–";
    }

    /** A count. */
    static String count(double count) {
        return Double.isFinite(count) ? String.format(Locale.ROOT, count < 10 ? "%.1f" : "%.0f", count) : "–";
    }

    /** How many times larger one is than the other; a dash when one is nothing. */
    static String ratio(double one, double other) {
        return Double.isFinite(one) && Double.isFinite(other) && other > 0 && one > 0
                ? String.format(Locale.ROOT, one / other < 10 ? "×%.1f" : "×%.0f", one / other)
                : "–";
    }

    /** One line of a table. */
    static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** The two lines above a table. */
    static String head(List<String> cells) {
        return line(cells) + "|" + "---|".repeat(cells.size()) + "\n";
    }
}
