package io.mcprollout.controller.api.v1alpha1;

/**
 * What the numbers of a policy mean and what raising or lowering them costs: medians of simulated rollouts of {@code standard} at 99 % and 10
 * requests/s, from the page of the documentation that {@code make policy-costs} writes.
 */
final class Meanings {
    private static final String SIMULATED = " (Simulated: standard, 99%, 10 requests/s.)";

    static final String FALSE_ROLLBACK_PROBABILITY =
            "Bound on the probability of rolling back a healthy version, for the whole rollout, such as 1%. Lower finds regressions"
                    + " later, higher sooner: 20 points more failures go back after 73 s at 0.1%, 58 s at 1%, 52 s at 5%."
                    + SIMULATED;

    static final String FALSE_ADVANCE_PROBABILITY =
            "Bound on the probability of letting a harmful version advance, per step, such as 5%. Lower promotes later (a healthy"
                    + " version after 729 s at 1%, 608 s at 5%, 547 s at 20%), higher misses more harm: 3 points more failures in 1% of"
                    + " rollouts at 20%, in none of 500 at 1%."
                    + SIMULATED;

    static final String MARGIN =
            "Difference in failure probability between the versions that is tolerated, such as 0.5%. Higher finds regressions later"
                    + " and small ones never, lower sends back versions that are hardly worse: 5 points more failures go back after 240 s at"
                    + " 0.1%, 297 s at 0.5%, 663 s at 2%, one point more in 37%, 7% and none of the rollouts."
                    + SIMULATED;

    static final String RELATIVE_MARGIN =
            "Share of the stable version's own failure rate to which margin shrinks for users' requests: 50% lets 0.1% of failures"
                    + " become 0.15%, but never less than 0.05 points more. Absent: margin is the same for every service. Lower finds small"
                    + " regressions of good services with much traffic and so sends back what is hardly worse: at 99.9% and 100 requests/s"
                    + " half a point more failures goes back in none of the rollouts without it, in 46% at 100%, in 90% at 50%.";

    static final String HARM_BUDGET =
            "Share of all traffic that may additionally fail after a step, such as 2%. Lower promotes later or not at all, higher"
                    + " lets more harm pass: a healthy version is promoted after 2727 s at 0.5% (within an hour only 77%), 608 s at 2%, 581 s"
                    + " at 5%; 3 points more failures go back in all, 99.8% and 77% of the rollouts."
                    + SIMULATED;

    static final String MINIMUM_DWELL =
            "Least time in a step; the longer of this and the step's hold counts. Longer promotes later, shorter meets regressions"
                    + " at larger weights: a healthy version is promoted after 428 s at 30s, 608 s at 2m, 1305 s at 5m; with 3 points more"
                    + " failures the new version fails 58, 50 and 44 requests of users."
                    + SIMULATED;

    static final String DEADLINE =
            "Time in a step after which, without a verdict, onInconclusive happens. With Rollback, shorter sends back healthy"
                    + " versions for lack of evidence, longer waits longer with harmful ones: at 97% and 1 request/s 78% of healthy ones go"
                    + " back at 10m, 28% at 30m, and 3 points more failures after 746 s and 1914 s.";

    static final String BLIP_TOLERANCE =
            "A disturbance of the new version alone that is no longer than this hardly ever rolls back. Longer keeps a broken"
                    + " version longer, shorter sends healthy ones back for blips: broken ones go back after 12 s at 5s, 16 s at 15s, 31 s at"
                    + " 30s, and a blip of 10 s sends back 46%, 1% and none; of blips exactly as long as the tolerance 1% to 7% do."
                    + SIMULATED;

    static final String SCRAPE_INTERVAL =
            "Time between readings of a mesh source. Shorter asks the source more often and gains little, longer cannot tell how"
                    + " short a blip was: at 2s, 5s and 15s a healthy version is promoted after 597, 608 and 615 s, and a blip of 10 s sends"
                    + " back 1.4%, 1% and 6.4%."
                    + SIMULATED;

    static final String PAIR_INTERVAL =
            "Time between probe pairs; a probe's own interval overrides it. Shorter makes more requests and promotes sooner, longer"
                    + " the reverse: a healthy version is promoted after 523 s at 1s, 608 s at 5s, 795 s at 15s; 5 points more failures go"
                    + " back after 277, 297 and 339 s."
                    + SIMULATED;

    static final String ON_INCONCLUSIVE =
            "What happens at the deadline: Hold stays and says so, Rollback returns all traffic to stable. Hold waits longer with"
                    + " harm, Rollback sends back healthy versions for lack of evidence: at 97%, 1 request/s and a deadline of 10m, Hold sends"
                    + " back none of them and Rollback 78%; 3 points more failures go back after 2490 s and 746 s.";

    static final String NO_DATA_DEADLINE =
            "Time without any evidence after which onInconclusive happens. Longer waits longer for sources that are silent, shorter"
                    + " gives up on what a restart of theirs would mend.";

    static final String HOLD_WINDOW =
            "Time over which the stable version is judged healthy or not. Longer notices later that stable is sick, shorter takes"
                    + " longer to get over it: when 60% of both versions' requests fail for two minutes, a healthy version is promoted after"
                    + " 1431 s at 2m and 2781 s at 30s."
                    + SIMULATED;

    static final String TOLERABLE_SLOWDOWN =
            "By how much the new version may be slower than the stable one: 50% is half as long again. More of it in most probe"
                    + " pairs rolls back. Higher finds less slowness and later, lower sends back for less: answers that take three times as"
                    + " long go back after 168 s at 20%, 238 s at 50%, and in 32% of the rollouts at 100%, by probes alone."
                    + SIMULATED;

    private Meanings() {}
}
