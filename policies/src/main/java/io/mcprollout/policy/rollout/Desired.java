package io.mcprollout.policy.rollout;

import java.util.List;

/** What the spec asks for. */
public sealed interface Desired {
    /** A plan that can be carried out. */
    record Accepted(Plan plan) implements Desired {}

    /** Something must be mended first; each problem is a sentence that names the field and the fix. */
    record Refused(String reason, List<String> problems) implements Desired {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
