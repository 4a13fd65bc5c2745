package io.mcprollout.sandbox.server;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tools that every sandbox server offers, and what the schema faults make of them. */
final class Toolbox {

    private static final List<String> PAGES = List.of(
            "A ping measures whether a host answers and how long the answer takes.",
            "A canary is a new version that serves a small share of the traffic first.",
            "A session keeps the state that a client and a server agreed on.",
            "A probe is a request sent only to see whether the answer is right.",
            "A rollback returns all traffic to the version that was known to be good.",
            "A virtual service decides which requests go to which version.");

    private Toolbox() {}

    /** {@code search}, {@code get_current_time}, {@code add}, {@code echo}, {@code count_words}. */
    static List<ServedTool> tools(Clock clock) {
        return List.of(
                new ServedTool(
                        "search",
                        "Finds the pages that contain a word.",
                        Map.of("query", "string"),
                        arguments -> search(text(arguments, "query"))),
                new ServedTool(
                        "get_current_time",
                        "Tells the time in a zone such as Europe/Berlin.",
                        Map.of("timezone", "string"),
                        arguments -> time(clock, text(arguments, "timezone"))),
                new ServedTool(
                        "add",
                        "Adds two numbers.",
                        ordered("a", "number", "b", "number"),
                        arguments -> Double.toString(number(arguments, "a") + number(arguments, "b"))),
                new ServedTool(
                        "echo", "Answers its text.", Map.of("text", "string"), arguments -> text(arguments, "text")),
                new ServedTool(
                        "count_words",
                        "Counts the words of a text.",
                        Map.of("text", "string"),
                        arguments -> Long.toString(words(text(arguments, "text")))));
    }

    /** What is left of the tools under the schema faults, by name. */
    static Map<String, ServedTool> under(Faults faults, List<ServedTool> tools) {
        List<ServedTool> left = new ArrayList<>();
        for (ServedTool tool : tools) {
            ServedTool served = tool;
            for (Fault fault : faults.list()) {
                served = served == null ? null : struck(served, fault);
            }
            if (served != null) {
                left.add(served);
            }
        }
        return left.stream().collect(Collectors.toMap(ServedTool::name, t -> t, (a, b) -> b, LinkedHashMap::new));
    }

    private static @Nullable ServedTool struck(ServedTool tool, Fault fault) {
        return switch (fault) {
            case Fault.ToolRemoved removed when Fault.covers(removed.tool(), tool.name()) -> null;
            case Fault.ToolRenamed renamed when renamed.tool().equals(tool.name()) -> tool.renamed(renamed.to());
            case Fault.ToolChanged changed
            when Fault.covers(changed.tool(), tool.name()) -> tool.demandingConfirmation();
            default -> tool;
        };
    }

    private static long words(String text) {
        return new StringTokenizer(text).countTokens();
    }

    private static String search(String query) {
        String wanted = query.toLowerCase(Locale.ROOT);
        List<String> found = PAGES.stream()
                .filter(page -> page.toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
        return found.isEmpty() ? "No page contains \"" + query + "\"." : String.join("\n", found);
    }

    private static String time(Clock clock, String zone) {
        try {
            return ZonedDateTime.now(clock.withZone(ZoneId.of(zone))).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("No time zone found with key " + zone, e);
        }
    }

    private static String text(Map<String, Object> arguments, String name) {
        if (arguments.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("argument " + name + " must be a string");
    }

    private static double number(Map<String, Object> arguments, String name) {
        if (arguments.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("argument " + name + " must be a number");
    }

    private static Map<String, String> ordered(String a, String typeA, String b, String typeB) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put(a, typeA);
        map.put(b, typeB);
        return map;
    }
}
