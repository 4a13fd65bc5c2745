package io.mcprollout.controller.loop;

import io.mcprollout.policy.gate.Judgement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The last judgements of an attempt, oldest first, at most 200: enough to draw how it went. Immutable. */
public record History(List<Point> points) {
    private static final int MOST = 200;

    static final History NONE = new History(List.of());

    public History {
        points = List.copyOf(points);
    }

    /**
     * One judgement.
     *
     * @param weight percent of the candidate that was wanted then
     * @param judgement with its streams
     */
    public record Point(Instant at, int weight, Judgement judgement) {}

    History with(Point point) {
        List<Point> next = new ArrayList<>(points.size() == MOST ? points.subList(1, MOST) : points);
        next.add(point);
        return new History(next);
    }
}
