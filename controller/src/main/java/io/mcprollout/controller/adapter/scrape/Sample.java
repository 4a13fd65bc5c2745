package io.mcprollout.controller.adapter.scrape;

import java.util.Map;

/** One line of an exposition text: a metric's name, its labels and its value. */
record Sample(String name, Map<String, String> labels, double value) {
    private static final double MOST = 0x1p53;

    Sample {
        labels = Map.copyOf(labels);
    }

    String label(String name) {
        return labels.getOrDefault(name, "");
    }

    /** Whether the value can be a counter's: whole, not negative, and not so large that a double skips numbers. */
    boolean isCount() {
        return value >= 0 && value <= MOST && value == Math.rint(value);
    }

    /** Value of a cumulative counter; only of one that {@link #isCount}. */
    long count() {
        return (long) value;
    }

    /** For people: what no counter can be, and the series that it is shown for. */
    String impossible() {
        return "it shows " + value + ", which no counter can be, for " + name + labels;
    }
}
