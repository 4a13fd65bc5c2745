package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;

/** A fault that the controller must end, the traffic it meets, and the time it may take. */
enum Setting {
    /** Every request of the candidate answered with 500, at 10 requests/s. */
    BROKEN_10(10, Fault.ANY, 1, 15, 0.95, 10),
    /** One tool call in five answered with 500, at 100 requests/s. */
    REGRESSION_100(100, "tools/call", 0.2, 20, 0.95, 5),
    /** One tool call in five answered with 500, at 10 requests/s. */
    REGRESSION_10(10, "tools/call", 0.2, 80, 0.5, 10);

    private final double requestsPerSecond;
    private final String method;
    private final double rate;
    private final double goalSeconds;
    private final double goalQuantile;
    private final int lanes;

    Setting(double requestsPerSecond, String method, double rate, double goalSeconds, double goalQuantile, int lanes) {
        this.requestsPerSecond = requestsPerSecond;
        this.method = method;
        this.rate = rate;
        this.goalSeconds = goalSeconds;
        this.goalQuantile = goalQuantile;
        this.lanes = lanes;
    }

    double requestsPerSecond() {
        return requestsPerSecond;
    }

    /** What the new version does wrong from the fault on. */
    Faults faults() {
        return Faults.of(new Fault.HttpError(method, 500, rate));
    }

    /** Seconds that the goal's quantile may take. */
    double goalSeconds() {
        return goalSeconds;
    }

    double goalQuantile() {
        return goalQuantile;
    }

    /** How many rollouts are measured side by side at first. */
    int lanes() {
        return lanes;
    }
}
