package io.mcprollout.policy.gate;

import java.time.Duration;

/** The shipped numbers, as values. */
final class Presets {
    static final Numbers CAUTIOUS = numbers(.01, 300, 3600, 30, 10, 5);
    static final Numbers STANDARD = numbers(.02, 120, 1800, 15, 5, 5);
    static final Numbers FAST = numbers(.05, 30, 900, 6, 2, 1);

    private Presets() {}

    private static Numbers numbers(double harmBudget, int dwell, int deadline, int blip, int scrape, int pair) {
        return new Numbers(
                .01,
                .05,
                .005,
                harmBudget,
                Duration.ofSeconds(dwell),
                Duration.ofSeconds(deadline),
                Duration.ofSeconds(blip),
                Duration.ofSeconds(scrape),
                Duration.ofSeconds(pair),
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                .5);
    }
}
