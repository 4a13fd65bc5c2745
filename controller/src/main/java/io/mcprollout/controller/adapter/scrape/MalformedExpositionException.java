package io.mcprollout.controller.adapter.scrape;

import java.io.Serial;

/** A text is no exposition of metrics; the message names the line and what is wrong with it. */
final class MalformedExpositionException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final String sentence;

    MalformedExpositionException(int line, String wrong) {
        this("line " + line + " of the metrics " + wrong);
    }

    private MalformedExpositionException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** The message. */
    String sentence() {
        return sentence;
    }
}
