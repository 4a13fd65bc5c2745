package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Summary;
import java.util.ArrayList;
import java.util.List;

/** What may be said of two engines in the same world. */
final class Verdicts {
    private static final double CLEARLY = 1.1;
    private static final double TOLERATED = .01;

    private Verdicts() {}

    /**
     * Where another engine did better than ours, as one cell; empty when none did.
     *
     * @param healthy the same engines, one for each row, where nothing was wrong; empty when that was not tried
     */
    static String better(List<Row> rows, List<Row> healthy) {
        Row ours = rows.getFirst();
        List<String> found = new ArrayList<>();
        for (int i = 1; i < rows.size(); i++) {
            String how = ours.setting().harmless()
                    ? betterAtNothing(ours.summary(), rows.get(i).summary())
                    : betterAtHarm(ours.summary(), rows.get(i).summary());
            if (!how.isEmpty()) {
                found.add(rows.get(i).engine().name() + ": " + how + price(healthy, i));
            }
        }
        return String.join("; ", found);
    }

    private static String betterAtNothing(Summary ours, Summary other) {
        if (other.rollbackUpper95() < ours.rollbackShare()) {
            return "goes back less often, " + Cells.percent(other.rollbackShare());
        }
        boolean sound = other.rollbackShare() <= TOLERATED;
        boolean sooner = other.medianSecondsToPromote() * CLEARLY < ours.medianSecondsToPromote();
        boolean more = other.promotedShare() > ours.promotedShare() + TOLERATED;
        if (sound && sooner) {
            return "promotes after " + Cells.seconds(other.medianSecondsToPromote()) + " s";
        }
        return sound && more ? "promotes " + Cells.percent(other.promotedShare()) : "";
    }

    private static String betterAtHarm(Summary ours, Summary other) {
        List<String> how = new ArrayList<>();
        if (other.meanBadToUsers() * CLEARLY < ours.meanBadToUsers() && ours.meanBadToUsers() >= 1) {
            how.add(Cells.count(other.meanBadToUsers()) + " failed");
        }
        if (other.medianSecondsToRollback() * CLEARLY < ours.medianSecondsToRollback()) {
            how.add("back after " + Cells.seconds(other.medianSecondsToRollback()) + " s");
        }
        if (other.rollbackShare() > ours.rollbackShare() + TOLERATED) {
            how.add("finds " + Cells.percent(other.rollbackShare()));
        }
        return String.join(", ", how);
    }

    private static String price(List<Row> healthy, int engine) {
        if (healthy.isEmpty()) {
            return "";
        }
        double share = healthy.get(engine).summary().rollbackShare();
        return share > TOLERATED ? " (but sends " + Cells.percent(share) + " of healthy versions back)" : "";
    }
}
