package io.mcprollout.controller.adapter.mcp;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * Works on bytes, because CR and LF occur in no other character of UTF-8, and a character may be cut between two pieces.
 */
/** Reads Server-Sent Events as they arrive (WHATWG HTML, section 9.2.6). Not thread-safe; who feeds it bounds the length. */
final class SseParser {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private String type = "";
    private String idSeen = "";
    private String lastEventId = "";
    private Optional<Duration> retry = Optional.empty();
    private boolean afterCarriageReturn;
    private boolean atStart = true;

    /** Takes a piece of the stream; the data of the messages that are complete now, in order, those without data left out. */
    List<String> feed(Buffer piece) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < piece.length(); i++) {
            byte next = piece.getByte(i);
            boolean isSecondHalf = next == '\n' && afterCarriageReturn;
            afterCarriageReturn = next == '\r';
            if (isSecondHalf) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                endLine(messages);
            } else {
                line.write(next);
            }
        }
        return messages;
    }

    /** Id of the last event that was complete; empty text when none carried one. */
    String lastEventId() {
        return lastEventId;
    }

    /** How long the server wants a client to wait before it comes back. */
    Optional<Duration> retry() {
        return retry;
    }

    private void endLine(List<String> messages) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (atStart && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        atStart = false;
        if (text.isEmpty()) {
            endEvent(messages);
        } else if (!text.startsWith(":")) {
            int colon = text.indexOf(':');
            String field = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(colon + 1);
            field(field, value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "data" -> {
                data.append(hasData ? "\n" : "").append(value);
                hasData = true;
            }
            case "id" -> idSeen = value.indexOf('\0') < 0 ? value : idSeen;
            case "event" -> type = value;
            case "retry" -> {
                if (value.matches("[0-9]{1,9}")) {
                    retry = Optional.of(Duration.ofMillis(Long.parseLong(value)));
                }
            }
            default -> {}
        }
    }

    private void endEvent(List<String> messages) {
        lastEventId = idSeen;
        if (!data.isEmpty() && (type.isEmpty() || type.equals("message"))) {
            messages.add(data.toString());
        }
        data.setLength(0);
        hasData = false;
        type = "";
    }
}
