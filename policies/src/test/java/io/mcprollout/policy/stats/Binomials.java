package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.Tally;

/** All outcomes of a block of independent requests, enumerated. */
record Binomials(int ns, int nc, double a1, double c1, double margin) {
    /** Expectation of the e-value when stable fails with probability a and the candidate with c. */
    double expectation(double a, double c) {
        double sum = 0;
        for (int ks = 0; ks <= ns; ks++) {
            for (int kc = 0; kc <= nc; kc++) {
                BlockEvalue evalue = BlockEvalue.of(new Tally(ns - ks, ks), new Tally(nc - kc, kc), a1, c1, margin);
                sum += probability(ns, ks, a) * probability(nc, kc, c) * Math.exp(evalue.lnE());
            }
        }
        return sum;
    }

    /** Chance that k of n independent trials fail. */
    static double probability(int n, int k, double p) {
        double ways = 1;
        for (int i = 1; i <= k; i++) {
            ways = ways * (n - k + i) / i;
        }
        return ways * Math.pow(p, k) * Math.pow(1 - p, n - k);
    }
}
