package io.mcprollout.controller.port;

/** Whether this process is still the one that acts. */
@FunctionalInterface
public interface Fence {
    /** Nobody else acts: there is no election. */
    Fence NONE = () -> true;

    /**
     * Asks, at the price of a request. When it holds, no other process had acted before the answer came: whoever read an object before
     * asking, and writes only that version of it, undoes nothing of a successor.
     */
    boolean holds();
}
