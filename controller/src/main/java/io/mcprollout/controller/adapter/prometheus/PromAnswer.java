package io.mcprollout.controller.adapter.prometheus;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What the query API said. */
sealed interface PromAnswer {
    /** Samples of every series: the last one, or all of a range. */
    record Series(List<Point> points) implements PromAnswer {
        public Series {
            points = List.copyOf(points);
        }
    }

    /** It refused, or what came is no whole answer; a sentence. */
    record Refused(String cause) implements PromAnswer {}

    /** A cumulative counter at an instant. */
    record Point(Map<String, String> labels, Instant at, long value) {
        public Point {
            labels = Map.copyOf(labels);
        }
    }

    double MOST = 0x1p53;

    JsonMapper JSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(16).build())
                    .build())
            .build();

    /** Reads the body of an answer; warnings, which come with partial results, refuse it. */
    static PromAnswer parse(int status, byte[] body) {
        return parse(status, body, false);
    }

    /** Reads the body of an answer with all samples of each series. */
    static PromAnswer parseRange(int status, byte[] body) {
        return parse(status, body, true);
    }

    private static PromAnswer parse(int status, byte[] body, boolean range) {
        JsonNode tree;
        try {
            tree = JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            return new Refused(
                    "it answers with status " + status + " and no JSON; does the source's url lead to a Prometheus?");
        }
        if (!tree.path("status").asText().equals("success")) {
            String error = tree.path("error").asText("status " + status);
            return new Refused("it refuses the query: " + shortened(error));
        }
        if (!tree.path("warnings").isEmpty()) {
            return new Refused("its answer is not complete: "
                    + shortened(tree.path("warnings").path(0).asText()));
        }
        return points(tree.path("data"), range);
    }

    private static PromAnswer points(JsonNode data, boolean range) {
        List<Point> points = new ArrayList<>();
        boolean matrix = data.path("resultType").asText().equals("matrix");
        if (!matrix && !data.path("resultType").asText().equals("vector")) {
            return new Refused(
                    "the query gives a " + data.path("resultType").asText() + " and not counters with labels");
        }
        for (JsonNode series : data.path("result")) {
            Map<String, String> labels = new HashMap<>();
            series.path("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            JsonNode values = series.path("values");
            int first = range ? 0 : values.size() - 1;
            for (int i = first; i < Math.max(values.size(), first + 1); i++) {
                JsonNode sample = matrix ? values.path(i) : series.path("value");
                OptionalLong value = count(sample.path(1).asText());
                if (value.isEmpty() || !sample.path(0).isNumber()) {
                    return new Refused("it has the sample " + shortened(sample.toString())
                            + ", which no cumulative counter can have, for " + shortened(labels.toString()));
                }
                Instant at = Instant.ofEpochMilli(Math.round(sample.path(0).asDouble() * 1000));
                points.add(new Point(labels, at, value.getAsLong()));
            }
        }
        return new Series(points);
    }

    /* Whole, not negative, and not so large that a double skips numbers: what is none is a rate, a gauge, or broken. */
    private static OptionalLong count(String text) {
        try {
            double value = Double.parseDouble(text);
            boolean counts = value >= 0 && value <= MOST && value == Math.rint(value);
            return counts ? OptionalLong.of((long) value) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
