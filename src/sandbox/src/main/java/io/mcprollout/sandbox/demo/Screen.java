package io.mcprollout.sandbox.demo;

/** Shows what happens, as it happens. */
interface Screen {

    /** The state now; called several times a second. */
    void show(Frame frame);

    /** Something that stays on the screen. */
    void say(String line);
}
