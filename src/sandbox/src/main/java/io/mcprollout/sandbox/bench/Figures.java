package io.mcprollout.sandbox.bench;

import java.util.List;

/** Order statistics of measured values, in the values' own unit. */
record Figures(List<Double> values) {
    Figures {
        values = List.copyOf(values);
    }

    /** The value that the given share of all values does not exceed (nearest rank); NaN when there are none. */
    double quantile(double share) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
    }

    double median() {
        return quantile(0.5);
    }

    double max() {
        return quantile(1);
    }
}
