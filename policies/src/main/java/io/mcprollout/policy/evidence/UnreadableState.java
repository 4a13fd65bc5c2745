package io.mcprollout.policy.evidence;

/** A text that is not the state it should be: of an unknown version, cut off or damaged. The evidence in it is lost and starts anew. */
public final class UnreadableState extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the text, as a sentence for people. */
    public UnreadableState(String message) {
        super(message);
    }
}
