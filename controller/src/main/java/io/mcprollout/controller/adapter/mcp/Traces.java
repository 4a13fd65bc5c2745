package io.mcprollout.controller.adapter.mcp;

import java.util.SplittableRandom;

/** Ids of W3C Trace Context, never all zero. */
final class Traces {
    private Traces() {}

    /** Trace id: 32 hexadecimal digits. */
    static String trace(SplittableRandom random) {
        return span(random) + span(random);
    }

    /** Span id: 16 hexadecimal digits. */
    static String span(SplittableRandom random) {
        return "%016x".formatted(random.nextLong() | 1);
    }
}
