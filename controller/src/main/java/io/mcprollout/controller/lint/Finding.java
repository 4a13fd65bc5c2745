package io.mcprollout.controller.lint;

import io.mcprollout.controller.port.Advice.Ref;

/**
 * Something that was found in a file.
 *
 * @param reason machine-readable, CamelCase
 * @param line from 1
 * @param field path in the object
 * @param message what is wrong and how to mend it
 */
record Finding(Level level, String reason, String file, int line, Ref object, String field, String message) {
    /** How bad it is, the worst first. */
    enum Level {
        /** The controller or the API server would refuse it. */
        ERROR,
        /** Requests fail or are made twice because of it. */
        WARNING,
        /** It could be better, or was not looked at. */
        NOTE;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Finding of(Level level, String reason, Manifest at, String field, String message) {
        return new Finding(level, reason, at.file(), at.line(field), at.ref(), field, message);
    }
}
