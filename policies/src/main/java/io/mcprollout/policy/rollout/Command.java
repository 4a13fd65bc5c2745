package io.mcprollout.policy.rollout;

import java.util.Objects;

/**
 * A person's order; it counts once. Two orders for the same thing are the same order, whoever gave them.
 *
 * @param kind what to do
 * @param hash of the revision it was given for; of {@code Adopt} the name of a Deployment
 * @param attempt of the rollout it was given for
 * @param step it was given for, 1 the first; 0 for kinds that are for no step
 * @param by who gave it and when, as far as the API server tells; empty when it does not
 */
public record Command(Kind kind, String hash, int attempt, int step, String by) {
    /** What can be ordered. */
    public enum Kind {
        /** Roll the named revision out, even if it is condemned. */
        Retry,
        /** Go back and condemn the named revision. */
        Abort,
        /** Give the named revision everything without waiting for holds and certificates. */
        Promote,
        /** Take the named promoted revision back and condemn it. */
        Undo,
        /** Let the named revision enter the named step. */
        Approve,
        /** Take the named Deployment for the stable one, when nothing else tells; stands where others have a hash. */
        Adopt
    }

    private static final String NUMBER = "[0-9]{1,9}";

    /** An order for no step, of nobody known. */
    public static Command of(Kind kind, String hash, int attempt) {
        return new Command(kind, hash, attempt, 0, "");
    }

    /** Reads {@code <hash>#<attempt>}, or {@code <hash>#<attempt>/<step>} of an approval; throws {@link IllegalArgumentException} with the form that is wanted. */
    public static Command parse(Kind kind, String text) {
        boolean stepped = kind == Kind.Approve;
        int mark = text.lastIndexOf('#');
        String number = text.substring(mark + 1);
        if (mark > 0 && number.matches(stepped ? NUMBER + "/" + NUMBER : NUMBER)) {
            String[] parts = number.split("/", 2);
            int step = stepped ? Integer.parseInt(parts[1]) : 0;
            return new Command(kind, text.substring(0, mark), Integer.parseInt(parts[0]), step, "");
        }
        throw new IllegalArgumentException(
                "must be <hash>#<attempt>" + (stepped ? "/<step>" : "") + ", as status shows them, but is " + text);
    }

    /** The same order with who gave it. */
    public Command by(String whom) {
        return new Command(kind, hash, attempt, step, whom);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Command command
                && kind == command.kind
                && hash.equals(command.hash)
                && attempt == command.attempt
                && step == command.step;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, hash, attempt, step);
    }

    @Override
    public String toString() {
        return kind + " " + hash + "#" + attempt + (step > 0 ? "/" + step : "");
    }
}
