package io.mcprollout.sandbox.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Texts that the sandbox carries with it. */
public final class Packed {
    private Packed() {}

    /** The text at a path of the class path, such as {@code /demo/server.yaml}. */
    public static String text(String path) {
        try (var in = Objects.requireNonNull(Packed.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
