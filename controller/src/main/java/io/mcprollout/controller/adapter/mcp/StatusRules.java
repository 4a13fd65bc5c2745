package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.policy.evidence.ProbeCode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an HTTP status means to a session, whatever step it answers. */
final class StatusRules {
    /** Longest time a server can keep us away. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);

    /** How servers say that they do not know the Host or Origin of a request. */
    private static final Pattern NAMES_HOST =
            Pattern.compile("(?i)invalid (host|origin)|(host|origin)( header)? (is )?not allowed|only allowed at");

    private StatusRules() {}

    /** Code of a status that no step can want; empty for 2xx and for a 4xx that the step must judge itself. */
    static Optional<ProbeCode> judge(Head head, String body) {
        int status = head.status();
        if (status >= 500) {
            return Optional.of(ProbeCode.HTTP_5XX);
        }
        if (status >= 300 && status < 400) {
            return Optional.of(ProbeCode.REDIRECT);
        }
        return switch (status) {
            case 401 -> Optional.of(ProbeCode.AUTH_CHALLENGE);
            case 403 ->
                Optional.of(NAMES_HOST.matcher(body).find() ? ProbeCode.ORIGIN_REJECTED : ProbeCode.AUTH_CHALLENGE);
            case 421 -> Optional.of(ProbeCode.ORIGIN_REJECTED);
            case 429 -> Optional.of(ProbeCode.HTTP_429);
            default -> Optional.empty();
        };
    }

    /** How long to stay away after a 429: {@code Retry-After} in seconds or as a date, within reason. */
    static Duration pause(Head head, Instant now) {
        String wanted = head.header("retry-after").orElse("").strip();
        Duration pause = USUAL_PAUSE;
        if (wanted.matches("[0-9]{1,9}")) {
            pause = Duration.ofSeconds(Long.parseLong(wanted));
        } else if (!wanted.isEmpty()) {
            try {
                pause = Duration.between(
                        now,
                        ZonedDateTime.parse(wanted, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                                .toInstant());
            } catch (DateTimeParseException e) {
                pause = USUAL_PAUSE;
            }
        }
        return pause.isNegative() ? Duration.ZERO : pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
