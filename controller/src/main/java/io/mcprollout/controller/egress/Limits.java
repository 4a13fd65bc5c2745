package io.mcprollout.controller.egress;

/**
 * How much of an answer is read.
 *
 * @param headerBytes all header lines together
 * @param bodyBytes the body
 */
public record Limits(int headerBytes, int bodyBytes) {
    /** 32 KiB of headers, 1 MiB of body: ten times the largest tools/list seen in the wild, and little enough for ten at once in a small heap. */
    public static final Limits DEFAULT = new Limits(32 * 1024, 1024 * 1024);
}
