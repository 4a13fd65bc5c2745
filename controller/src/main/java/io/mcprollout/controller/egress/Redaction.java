package io.mcprollout.controller.egress;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes foreign text fit for messages: known secrets and bearer tokens blotted out, one line, bounded. */
public final class Redaction {
    private static final Pattern CREDENTIAL =
            Pattern.compile("(?i)\\b(bearer|basic)\\s+[a-z0-9._~+/=-]{6,}|\\beyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*");

    /** Longer than any message, so that a secret is never cut before it is found. */
    private static final int SCANNED = 8_192;

    private final List<String> secrets;

    /** Blots out these texts and their URL and Base64 encodings. */
    public Redaction(Collection<String> secrets) {
        this.secrets = secrets.stream()
                .filter(secret -> !secret.isBlank())
                .flatMap(secret -> Stream.of(
                        secret,
                        URLEncoder.encode(secret, StandardCharsets.UTF_8),
                        Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8))))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The text without secrets and control characters, at most so many characters, cut with an ellipsis. */
    public String clean(String text, int length) {
        String clean = text.length() > SCANNED ? text.substring(0, SCANNED) : text;
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        clean = CREDENTIAL.matcher(clean).replaceAll("***");
        clean = clean.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        return clean.length() <= length ? clean : clean.substring(0, length - 1) + "…";
    }
}
