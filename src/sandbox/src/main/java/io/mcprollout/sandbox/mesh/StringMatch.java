package io.mcprollout.sandbox.mesh;

import com.google.re2j.Pattern;
import java.util.Locale;

/** How Istio compares one text: equal, by prefix, by a regular expression over the whole text, or by merely being there. */
public sealed interface StringMatch {
    /** Whether the text satisfies the comparison. */
    boolean test(String text);

    /** The comparison that ignores letter case; a regular expression stays as it is, as in Envoy. */
    default StringMatch ignoringCase() {
        return this;
    }

    /** The text is exactly the value. */
    record Exact(String value) implements StringMatch {
        @Override
        public boolean test(String text) {
            return text.equals(value);
        }

        @Override
        public StringMatch ignoringCase() {
            return new IgnoreCase(value, false);
        }
    }

    /** The text starts with the value, as a string and not by path segments. */
    record Prefix(String value) implements StringMatch {
        @Override
        public boolean test(String text) {
            return text.startsWith(value);
        }

        @Override
        public StringMatch ignoringCase() {
            return new IgnoreCase(value, true);
        }
    }

    /** The whole text matches the RE2 expression. */
    record Regex(Pattern pattern) implements StringMatch {
        @Override
        public boolean test(String text) {
            return pattern.matches(text);
        }
    }

    /** Any text will do, as long as there is one. */
    record Present() implements StringMatch {
        @Override
        public boolean test(String text) {
            return true;
        }
    }

    /** {@link Exact} or {@link Prefix} with ASCII letter case ignored. */
    record IgnoreCase(String value, boolean prefix) implements StringMatch {
        @Override
        public boolean test(String text) {
            String low = text.toLowerCase(Locale.ROOT);
            String wanted = value.toLowerCase(Locale.ROOT);
            return prefix ? low.startsWith(wanted) : low.equals(wanted);
        }
    }
}
