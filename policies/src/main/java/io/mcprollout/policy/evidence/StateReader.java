package io.mcprollout.policy.evidence;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what {@link StateWriter} wrote, word by word; whatever is not as it was written is an {@link UnreadableState}. */
public final class StateReader {
    private static final long LONGEST_LIST = 10_000;

    private final Iterator<String> words;
    private final List<String> texts = new ArrayList<>();

    /** Opens a line that must have this version and an intact checksum. */
    public StateReader(String line, String version) throws UnreadableState {
        int last = line.lastIndexOf(' ');
        if (!line.startsWith(version + " ") || last <= version.length()) {
            throw new UnreadableState("the state is not of version " + version);
        }
        if (!StateWriter.checksum(line.substring(0, last)).equals(line.substring(last + 1))) {
            throw new UnreadableState("the state is damaged: its checksum does not fit");
        }
        words = List.of(line.substring(version.length() + 1, last).split(" ")).iterator();
    }

    /** Reads one item of a list. */
    @FunctionalInterface
    public interface Item<T> {
        /** Takes the words of one item. */
        T read(StateReader in) throws UnreadableState;
    }

    /** The next word as text. */
    public String text() throws UnreadableState {
        return next("a text", this::text);
    }

    private String text(String word) {
        if (word.startsWith("\"")) {
            return texts.get(Integer.parseInt(word.substring(1), StateWriter.RADIX));
        }
        String text = unescape(word);
        if (word.length() > StateWriter.SHORT) {
            texts.add(text);
        }
        return text;
    }

    /** The next word as a finite number; minus infinity is the logarithm of nothing and allowed. */
    public double number() throws UnreadableState {
        double number = next("a number", word -> Double.longBitsToDouble(Long.parseUnsignedLong(word, 16)));
        if (Double.isNaN(number) || number == Double.POSITIVE_INFINITY) {
            throw new UnreadableState("the state has " + number + " where a finite number should be");
        }
        return number;
    }

    /** The next word as a whole number. */
    public long count() throws UnreadableState {
        return next("a whole number", word -> Long.parseLong(word, StateWriter.RADIX));
    }

    /** The next words as whole numbers. */
    public long[] counts(int size) throws UnreadableState {
        long[] counts = new long[size];
        for (int i = 0; i < size; i++) {
            counts[i] = count();
        }
        return counts;
    }

    /** The next word as yes or no. */
    public boolean flag() throws UnreadableState {
        String word = word();
        if (!word.equals("y") && !word.equals("n")) {
            throw new UnreadableState("the state has " + word + " where y or n should be");
        }
        return word.equals("y");
    }

    /** The next word as an instant. */
    public Instant instant() throws UnreadableState {
        return next("an instant", word -> Instant.ofEpochSecond(seconds(word), nanos(word)));
    }

    /** The next word as an instant, or null for none. */
    public @Nullable Instant instantOrNone() throws UnreadableState {
        String word = word();
        return word.equals("-") ? null : parse(word, "an instant", w -> Instant.ofEpochSecond(seconds(w), nanos(w)));
    }

    /** The next word as a duration. */
    public Duration duration() throws UnreadableState {
        return next("a duration", word -> Duration.ofSeconds(seconds(word), nanos(word)));
    }

    /** The next two words as counts. */
    public Tally tally() throws UnreadableState {
        long ok = count();
        long bad = count();
        return built(() -> new Tally(ok, bad));
    }

    /** The next word as a constant of an enumeration. */
    public <E extends Enum<E>> E constant(Class<E> type) throws UnreadableState {
        return next("a " + type.getSimpleName(), word -> Enum.valueOf(type, text(word)));
    }

    /** A list written by {@link StateWriter#all}. */
    public <T> List<T> all(Item<T> item) throws UnreadableState {
        long size = count();
        if (size < 0 || size > LONGEST_LIST) {
            throw new UnreadableState("the state has a list of " + size + " items");
        }
        List<T> items = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            items.add(item.read(this));
        }
        return items;
    }

    /** A value made of words that were read; what its type refuses is unreadable. */
    public <T> T built(Supplier<T> value) throws UnreadableState {
        try {
            return value.get();
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new UnreadableState("the state holds what cannot be: " + refused.getMessage());
        }
    }

    /** Every word must have been read. */
    public void end() throws UnreadableState {
        if (words.hasNext()) {
            throw new UnreadableState("the state goes on where it should end: " + words.next());
        }
    }

    private String word() throws UnreadableState {
        if (!words.hasNext()) {
            throw new UnreadableState("the state ends too early");
        }
        return words.next();
    }

    private <T> T next(String what, Function<String, T> parser) throws UnreadableState {
        return parse(word(), what, parser);
    }

    private static <T> T parse(String word, String what, Function<String, T> parser) throws UnreadableState {
        try {
            return parser.apply(word);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException | ArithmeticException wrong) {
            throw new UnreadableState("the state has " + word + " where " + what + " should be");
        }
    }

    private static String unescape(String word) {
        if (!word.startsWith("'")) {
            throw new IllegalArgumentException(word);
        }
        byte[] bytes = new byte[word.length()];
        int length = 0;
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            if (letter == '%') {
                bytes[length++] = (byte) HexFormat.fromHexDigits(word, i + 1, i + 3);
                i += 2;
            } else {
                bytes[length++] = (byte) (letter == '+' ? ' ' : letter);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static long seconds(String word) {
        int dot = word.indexOf('.');
        return Long.parseLong(dot < 0 ? word : word.substring(0, dot), StateWriter.RADIX);
    }

    private static long nanos(String word) {
        int dot = word.indexOf('.');
        return dot < 0 ? 0 : Long.parseLong(word.substring(dot + 1), StateWriter.RADIX);
    }
}
