package io.mcprollout.controller.adapter.kube;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in resources: {@code 250ms}, {@code 5s}, {@code 1h30m}. */
final class DurationText {
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private DurationText() {}

    /** The duration; empty when the text is none. */
    static Optional<Duration> parse(String text) {
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (end < text.length() && part.find(end) && part.start() == end) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        default -> Duration.ofHours(number);
                    });
            end = part.end();
        }
        return end == text.length() && end > 0 ? Optional.of(sum) : Optional.empty();
    }
}
