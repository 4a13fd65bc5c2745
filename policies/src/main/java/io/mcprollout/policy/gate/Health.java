package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;

/** Trials and failed ones, the older the less they count: e-fold for each window of time. */
record Health(double bad, double total) {
    static final Health UNKNOWN = new Health(0, 0);

    /** With further trials after some time. */
    Health with(double badNow, double totalNow, Duration elapsed, Duration window) {
        double fade = window.isZero() ? 0 : StrictMath.exp(-seconds(elapsed) / seconds(window));
        return new Health(bad * fade + badNow, total * fade + totalNow);
    }

    /** Whether more than half failed of no less than {@code least} trials. */
    boolean isBad(double least) {
        return total >= least && bad > total / 2;
    }

    /** Share of failed ones in whole percent. */
    long percent() {
        return total == 0 ? 0 : StrictMath.round(100 * bad / total);
    }

    void write(StateWriter out) {
        out.number(bad).number(total);
    }

    static Health read(StateReader in) throws UnreadableState {
        return new Health(in.number(), in.number());
    }

    private static double seconds(Duration duration) {
        return Math.max(0, duration.getSeconds() + duration.getNano() * 1e-9);
    }
}
