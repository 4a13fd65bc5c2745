package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.World;
import java.time.Duration;
import java.util.List;

/**
 * One line of a table: a world, and who releases in it.
 *
 * @param table that it is a line of
 * @param name of the world, for people
 * @param stable success rate of stable in percent
 * @param points by which the new version is worse, in percentage points; 0 when nothing is wrong with it
 * @param harmless whether the new version must not go back
 * @param horizon time that is looked at
 */
record Setting(
        Table table,
        String name,
        double stable,
        double points,
        boolean harmless,
        World world,
        Duration horizon,
        List<Engine> engines) {

    /** Tables of the page, in its order. */
    enum Table {
        FALSE_ROLLBACK,
        BLIP,
        REACHABLE,
        ORACLE,
        CLOSED_LOOP,
        ONSET,
        LATENCY
    }

    /** Whether it needs many rollouts, because what it counts must be rare. */
    boolean isRare() {
        return table == Table.FALSE_ROLLBACK;
    }
}
