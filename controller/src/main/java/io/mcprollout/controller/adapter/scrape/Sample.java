package io.mcprollout.controller.adapter.scrape;

import java.util.Map;

/** One line of an exposition text: a metric's name, its labels and its value. */
record Sample(String name, Map<String, String> labels, double value) {
    Sample {
        labels = Map.copyOf(labels);
    }

    String label(String name) {
        return labels.getOrDefault(name, "");
    }

    /** Value of a cumulative counter; never negative. */
    long count() {
        return Math.max(0, Math.round(value));
    }
}
