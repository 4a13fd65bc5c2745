package io.mcprollout.sandbox.kube.store;

import org.jspecify.annotations.Nullable;

/**
 * One write.
 *
 * @param revision the store's version after it
 * @param before null if the object was created
 * @param after what it is now; of a removed object its last form with the removal's resourceVersion
 * @param removed whether the object is gone
 */
public record Change(long revision, Key key, @Nullable Stored before, Stored after, boolean removed) {
    /** ADDED, MODIFIED or DELETED, as a watcher of everything sees it. */
    public String type() {
        return removed ? "DELETED" : before == null ? "ADDED" : "MODIFIED";
    }
}
