package io.mcprollout.policy.evidence;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Writes a state as one line of words parted by blanks; {@link StateReader} reads the same bits back. */
public final class StateWriter {
    static final int RADIX = 36;
    static final int SHORT = 8;

    private final StringBuilder line;
    private final Map<String, Integer> texts = new HashMap<>();

    /** Starts a line with its version. */
    public StateWriter(String version) {
        line = new StringBuilder(version);
    }

    /**
     * Any text: a blank becomes {@code +}, each byte that is not visible ASCII becomes {@code %} and two hexadecimal digits. One that is
     * not short is written once, and then by {@code "} and its number.
     */
    public StateWriter text(String text) {
        String escaped = escaped(text);
        Integer known = escaped.length() > SHORT ? texts.putIfAbsent(escaped, texts.size()) : null;
        return word(known == null ? escaped : "\"" + Integer.toString(known, RADIX));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder("'");
        for (byte letter : text.getBytes(StandardCharsets.UTF_8)) {
            if (letter == ' ') {
                escaped.append('+');
            } else if (letter > ' ' && letter < 0x7f && letter != '+' && letter != '%') {
                escaped.append((char) letter);
            } else {
                escaped.append('%').append(HexFormat.of().toHexDigits(letter));
            }
        }
        return escaped.toString();
    }

    /** A number by its 64 bits in hexadecimal. */
    public StateWriter number(double number) {
        return word(Long.toHexString(Double.doubleToRawLongBits(number)));
    }

    /** A whole number, to the base 36. */
    public StateWriter count(long count) {
        return word(Long.toString(count, RADIX));
    }

    /** Whole numbers, as many as the reader expects. */
    public StateWriter counts(long... counts) {
        for (long count : counts) {
            count(count);
        }
        return this;
    }

    /** Yes or no. */
    public StateWriter flag(boolean flag) {
        return word(flag ? "y" : "n");
    }

    /** An instant to the nanosecond, or none. */
    public StateWriter instant(@Nullable Instant instant) {
        return word(instant == null ? "-" : seconds(instant.getEpochSecond(), instant.getNano()));
    }

    /** A duration to the nanosecond. */
    public StateWriter duration(Duration duration) {
        return word(seconds(duration.getSeconds(), duration.getNano()));
    }

    /** Both counts. */
    public StateWriter tally(Tally tally) {
        return counts(tally.ok(), tally.bad());
    }

    /** How many there are, then each by its own writer. */
    public <T> StateWriter all(Collection<T> items, BiConsumer<StateWriter, T> each) {
        count(items.size());
        items.forEach(item -> each.accept(this, item));
        return this;
    }

    /** The line, closed by a checksum over all of it. */
    public String finish() {
        return line + " " + checksum(line.toString());
    }

    /** CRC-32 of a line's text before its last blank, in hexadecimal: the line's last word. */
    static String checksum(String line) {
        CRC32 crc = new CRC32();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }

    private StateWriter word(String word) {
        line.append(' ').append(word);
        return this;
    }

    private static String seconds(long seconds, int nanos) {
        String whole = Long.toString(seconds, RADIX);
        return nanos == 0 ? whole : whole + "." + Integer.toString(nanos, RADIX);
    }
}
