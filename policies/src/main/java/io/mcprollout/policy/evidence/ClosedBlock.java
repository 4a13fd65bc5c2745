package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import java.util.List;

/**
 * A block of users' requests that has ended.
 *
 * @param users counts by that choice of the prober's requests that were counted in it which gives the least evidence of harm
 * @param possible counts by every choice
 */
public record ClosedBlock(MeshBlock users, List<MeshBlock> possible) {
    public ClosedBlock {
        possible = List.copyOf(possible);
    }

    /** What it says of stable alone. */
    public ClosedBlock ofStable() {
        return new ClosedBlock(
                users.ofStable(),
                possible.stream().map(MeshBlock::ofStable).distinct().toList());
    }
}
