package io.mcprollout.sandbox.kube.model;

/**
 * How a write is meant.
 *
 * @param manager who will own the fields that it sets
 * @param dryRun whether to answer only what would happen
 * @param force whether server-side apply takes over fields that others own
 * @param strict whether fields that the schema does not know are refused instead of pruned
 */
public record Write(String manager, boolean dryRun, boolean force, boolean strict) {
    /** A plain write by that manager. */
    public static Write by(String manager) {
        return new Write(manager, false, false, false);
    }
}
