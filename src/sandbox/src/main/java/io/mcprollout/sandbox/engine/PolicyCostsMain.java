package io.mcprollout.sandbox.engine;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Simulates what each field of a policy costs and writes the page {@code src/site/reference/policy-costs.md}: {@code PolicyCostsMain
 * <rollouts of each cell>}.
 */
public final class PolicyCostsMain {
    private static final Path PAGE = Path.of("src", "site", "reference", "policy-costs.md");

    private PolicyCostsMain() {}

    /** Runs everything. */
    public static void main(String[] args) {
        if (args.length != 1 || !args[0].matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException("usage: PolicyCostsMain <rollouts of each cell>");
        }
        long start = System.nanoTime();
        var costs = new Costs(Integer.parseInt(args[0]))
                .measure(cost -> System.out.printf(
                        Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, cost.field()));
        new CostsPage(costs).write(PAGE);
        System.out.println(PAGE);
    }
}
