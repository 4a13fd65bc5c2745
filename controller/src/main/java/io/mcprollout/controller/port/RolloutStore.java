package io.mcprollout.controller.port;

import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Rollout;
import java.util.List;
import java.util.Optional;

/** The McpRollouts: what people ask for and what is remembered. The only one who writes status. */
public interface RolloutStore {
    /** The resource as it is known now, without asking anybody; empty when it is gone. */
    Optional<Stored> load(RolloutKey rollout);

    /** Writes what is remembered and shown; {@code NOT_SAVED} when somebody was faster or nobody answered. */
    Saved save(RolloutKey rollout, Entry entry);

    /** Lets the resource go: takes the finalizer away; does nothing when there is none. {@code NOT_SAVED} when it is still there. */
    Saved letGo(RolloutKey rollout);

    /** Whether something was written. */
    enum Saved {
        SAVED,
        NOT_SAVED
    }

    /**
     * The resource.
     *
     * @param uid of this incarnation of the resource
     * @param generation of the spec
     * @param deleting whether its deletion has been asked for
     * @param mode what the user lets the controller do
     * @param wish the spec, read whole, or all that is wrong with it
     * @param commands every command on it
     * @param memory what was saved last; empty when nothing is remembered
     */
    record Stored(
            String uid,
            long generation,
            boolean deleting,
            Mode mode,
            Wish wish,
            List<Command> commands,
            Optional<Memory> memory) {
        public Stored {
            commands = List.copyOf(commands);
        }
    }

    /** What the spec asks for. */
    sealed interface Wish {
        /**
         * It can be carried out.
         *
         * @param uncontrolledAllowed whether requests may reach the candidate past the managed routes; no part of the frozen setup, for it
         *     is said while an attempt waits for it
         */
        record Accepted(Setup setup, boolean uncontrolledAllowed) implements Wish {
            /** For routes that nothing goes past. */
            public Accepted(Setup setup) {
                this(setup, false);
            }
        }

        /** It cannot, for all these reasons. */
        record Refused(List<Problem> problems) implements Wish {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /**
     * What was saved.
     *
     * @param rollout what was decided
     * @param setup the frozen one of the attempt under way; empty while nothing is rolled out
     * @param engine the evidence, in its own text form; empty when there is none
     */
    record Memory(Rollout rollout, Optional<Setup> setup, String engine) {}

    /**
     * What is to be written: {@code memory} is read back, all else is for people.
     *
     * @param generation of the spec that was looked at
     * @param memory to be remembered
     * @param decision what was decided, and why
     * @param seen what it was decided on
     * @param judgement the evidence in numbers; empty when there is none
     * @param problems of the spec; empty when it is accepted
     * @param rollbackBlocked why the routes cannot be written although a rollback is due; empty when they can
     */
    record Entry(
            long generation,
            Memory memory,
            Decision decision,
            Observation seen,
            Optional<Judgement> judgement,
            List<Problem> problems,
            String rollbackBlocked) {
        public Entry {
            problems = List.copyOf(problems);
        }
    }
}
