package io.mcprollout.controller.adapter.scrape;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Parser of the Prometheus text format 0.0.4 and of what OpenMetrics adds to its sample lines (timestamps, exemplars). Lines of metrics
 * that nobody wants are skipped unread, which is most of a gateway's page.
 */
final class Exposition {
    private final String text;
    private int at;
    private int line;

    private Exposition(String text) {
        this.text = text;
    }

    /** The samples whose metric is wanted, in order. */
    static List<Sample> parse(String text, Predicate<String> wanted) throws MalformedExpositionException {
        Exposition parser = new Exposition(text);
        List<Sample> samples = new ArrayList<>();
        while (parser.at < text.length()) {
            parser.line++;
            int end = text.indexOf('\n', parser.at);
            int next = end < 0 ? text.length() : end;
            parser.sample(next, wanted, samples);
            parser.at = next + 1;
        }
        return samples;
    }

    private void sample(int end, Predicate<String> wanted, List<Sample> samples) throws MalformedExpositionException {
        skipBlanks(end);
        if (at >= end || text.charAt(at) == '#' || text.charAt(at) == '\r') {
            return;
        }
        int start = at;
        while (at < end && isName(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw wrong("does not begin with the name of a metric");
        }
        String name = text.substring(start, at);
        if (!wanted.test(name)) {
            return;
        }
        skipBlanks(end);
        Map<String, String> labels = at < end && text.charAt(at) == '{' ? labels(end) : Map.of();
        samples.add(new Sample(name, labels, value(end)));
    }

    private Map<String, String> labels(int end) throws MalformedExpositionException {
        Map<String, String> labels = new HashMap<>();
        at++;
        while (true) {
            skipBlanks(end);
            if (at < end && text.charAt(at) == '}') {
                at++;
                return labels;
            }
            int start = at;
            while (at < end && isName(text.charAt(at))) {
                at++;
            }
            String name = text.substring(start, at);
            skipBlanks(end);
            expect('=', end);
            skipBlanks(end);
            expect('"', end);
            labels.put(name, quoted(end));
            skipBlanks(end);
            if (at < end && text.charAt(at) == ',') {
                at++;
            } else if (at >= end || text.charAt(at) != '}') {
                throw wrong("has labels that do not end");
            }
        }
    }

    private String quoted(int end) throws MalformedExpositionException {
        StringBuilder value = new StringBuilder();
        while (at < end) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && at < end) {
                char escaped = text.charAt(at++);
                value.append(escaped == 'n' ? '\n' : escaped);
            } else {
                value.append(c);
            }
        }
        throw wrong("has a label value that does not end");
    }

    private double value(int end) throws MalformedExpositionException {
        skipBlanks(end);
        int start = at;
        while (at < end && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        String value = text.substring(start, at);
        try {
            return switch (value) {
                case "NaN" -> Double.NaN;
                case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(value);
            };
        } catch (NumberFormatException e) {
            throw wrong(
                    value.isEmpty() ? "has no value" : "has the value " + shortened(value) + ", which is no number");
        }
    }

    private static String shortened(String value) {
        return value.length() > 20 ? value.substring(0, 20) + "…" : value;
    }

    private void expect(char wanted, int end) throws MalformedExpositionException {
        if (at >= end || text.charAt(at) != wanted) {
            throw wrong("has labels without " + wanted);
        }
        at++;
    }

    private void skipBlanks(int end) {
        while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private static boolean isName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
    }

    private MalformedExpositionException wrong(String what) {
        return new MalformedExpositionException(line, what);
    }
}
