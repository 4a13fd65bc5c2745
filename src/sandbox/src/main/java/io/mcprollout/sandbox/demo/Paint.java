package io.mcprollout.sandbox.demo;

/** Colours of a terminal, or none. */
enum Paint {
    ANSI,
    PLAIN;

    String bold(String text) {
        return code("1", text);
    }

    String dim(String text) {
        return code("2", text);
    }

    String good(String text) {
        return code("32", text);
    }

    String bad(String text) {
        return code("31", text);
    }

    String old(String text) {
        return code("34", text);
    }

    String fresh(String text) {
        return code("33", text);
    }

    private String code(String code, String text) {
        return this == ANSI ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
