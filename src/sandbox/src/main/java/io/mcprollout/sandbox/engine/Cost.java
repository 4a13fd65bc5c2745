package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Summary;
import io.mcprollout.simulation.World;
import java.util.List;
import java.util.Map;

/**
 * What the values of one field of a policy do, everything else being as in the preset {@code standard}.
 *
 * @param field as a policy names it
 * @param besides what else differs from {@code standard}, by field
 * @param worlds columns
 * @param rows values of the field
 */
record Cost(String field, Map<String, String> besides, List<Case> worlds, List<Row> rows) {
    /**
     * One world.
     *
     * @param name of what is wrong with the new version in it, for people
     * @param kind what is told of it
     */
    record Case(String name, Kind kind, World world) {}

    /** What a table tells of a world. */
    enum Kind {
        /** That the new version is not sent back, and when it is promoted. */
        GOOD,
        /** That the new version is not sent back. */
        TOLERABLE,
        /** How often and when it is sent back, and how many answers failed until then. */
        FAILING,
        /** How often and when it is sent back. */
        SLOW
    }

    /**
     * One value.
     *
     * @param value as a policy states it
     * @param preset whether it is that of {@code standard}
     * @param summaries what became of the rollouts in each world
     */
    record Row(String value, boolean preset, List<Summary> summaries) {
        Row {
            summaries = List.copyOf(summaries);
        }
    }

    Cost {
        besides = Map.copyOf(besides);
        worlds = List.copyOf(worlds);
        rows = List.copyOf(rows);
    }
}
