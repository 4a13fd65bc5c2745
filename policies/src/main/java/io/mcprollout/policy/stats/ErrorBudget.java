package io.mcprollout.policy.stats;

/**
 * What may go wrong at most in one rollout, and how it is shared out; fixed at the start.
 *
 * @param rollbackBound natural logarithm of the evidence of harm at which to go back: 2ⁿ/α
 * @param advanceBound natural logarithm of the evidence at which a certificate holds: 2ⁿ/α
 * @param probeShare weight of each probe stream in the average
 * @param meshShare weight of each mesh stream in the average
 * @param probeLatencyShare weight of each probe stream's latency in the average
 * @param meshLatencyShare weight of each mesh stream's latency in the average
 */
public record ErrorBudget(
        double rollbackBound,
        double advanceBound,
        double probeShare,
        double meshShare,
        double probeLatencyShare,
        double meshLatencyShare) {
    private static final double PROBES = .45;
    private static final double MESH = .45;
    private static final double LATENCY = .10;

    /**
     * Budget of the n-th restart of a revision's evidence, 0 for its first start. Each stream also has one of latency, of which those of
     * probes and those of the mesh have half each. The share of a group without streams goes to the other groups by their weights.
     */
    public static ErrorBudget of(double falseRollback, double falseAdvance, int restart, int probes, int meshes) {
        double all = (probes > 0 ? PROBES : 0) + (meshes > 0 ? MESH : 0) + LATENCY;
        double latency = LATENCY / all / (probes > 0 && meshes > 0 ? 2 : 1);
        if (probes + meshes == 0) {
            throw new IllegalArgumentException("an error budget needs at least one stream to be spent on");
        }
        double halvings = restart * StrictMath.log(2);
        return new ErrorBudget(
                halvings - StrictMath.log(falseRollback),
                halvings - StrictMath.log(falseAdvance),
                probes > 0 ? PROBES / all / probes : 0,
                meshes > 0 ? MESH / all / meshes : 0,
                probes > 0 ? latency / probes : 0,
                meshes > 0 ? latency / meshes : 0);
    }
}
