package io.mcprollout.policy.rollout;

import java.util.List;

/** What the spec asks for. */
public sealed interface Desired {
    /**
     * A plan that can be carried out.
     *
     * @param uncontrolledAllowed whether requests may reach the candidate past the managed routes; holds at once, also for a frozen plan
     */
    record Accepted(Plan plan, boolean uncontrolledAllowed) implements Desired {
        /** A plan for routes that nothing goes past. */
        public Accepted(Plan plan) {
            this(plan, false);
        }
    }

    /** Something must be mended first; each problem is a sentence that names the field and the fix. */
    record Refused(String reason, List<String> problems) implements Desired {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
