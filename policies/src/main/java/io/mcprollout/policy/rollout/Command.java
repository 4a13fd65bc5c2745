package io.mcprollout.policy.rollout;

/**
 * A person's order; it counts once.
 *
 * @param kind what to do
 * @param hash of the revision it was given for
 * @param attempt of the rollout it was given for
 */
public record Command(Kind kind, String hash, int attempt) {
    /** What can be ordered. */
    public enum Kind {
        /** Roll the named revision out, even if it is condemned. */
        Retry,
        /** Go back and condemn the named revision. */
        Abort
    }

    /** Reads {@code <hash>#<attempt>}; throws {@link IllegalArgumentException} with the form that is wanted. */
    public static Command parse(Kind kind, String text) {
        int mark = text.lastIndexOf('#');
        if (mark > 0 && text.substring(mark + 1).matches("[0-9]{1,9}")) {
            return new Command(kind, text.substring(0, mark), Integer.parseInt(text.substring(mark + 1)));
        }
        throw new IllegalArgumentException("must be <hash>#<attempt>, as status shows them, but is " + text);
    }

    @Override
    public String toString() {
        return kind + " " + hash + "#" + attempt;
    }
}
