package io.mcprollout.sandbox.mesh;

import com.google.re2j.Pattern;
import java.util.Optional;

/** How a forwarded request's path changes; the query stays. */
public sealed interface Rewrite {
    /** The target to send on instead of the request's, given the uri condition that matched. */
    String target(Request request, Optional<StringMatch> matched);

    /** Replaces what the condition matched: the prefix, or the whole path where it was matched exactly or by expression. */
    record Uri(String value) implements Rewrite {
        @Override
        public String target(Request request, Optional<StringMatch> matched) {
            String path = request.path();
            int length = matched.map(m -> m instanceof StringMatch.Prefix prefix
                            ? prefix.value().length()
                            : path.length())
                    .orElse(1);
            return value + path.substring(length) + request.target().substring(path.length());
        }
    }

    /** Replaces every occurrence of the RE2 expression in the path; {@code \1} stands for its first group. */
    record UriRegex(Pattern pattern, String substitution) implements Rewrite {
        @Override
        public String target(Request request, Optional<StringMatch> matched) {
            String path = request.path();
            String java = substitution.replace("$", "\\$").replaceAll("\\\\(\\d)", "\\$$1");
            return pattern.matcher(path).replaceAll(java) + request.target().substring(path.length());
        }
    }
}
