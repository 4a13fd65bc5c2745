package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.egress.BoundedJson;
import io.mcprollout.controller.egress.BoundedJson.Malformed;
import io.mcprollout.controller.egress.Reader;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Listens to one answer: logs it, and looks in its JSON or its stream of events for the message that is wanted. */
final class Hearing implements Reader {
    private final RequestLog log;
    private final Slot slot;
    private final long id;
    private final boolean batches;
    private final Echo echo;
    private final SseParser events = new SseParser();
    private final Buffer body = Buffer.buffer();
    private RequestLog.@Nullable Entry entry;
    private @Nullable Head head;
    private @Nullable Message message;
    private boolean isStream;
    private int bytes;
    private long sentNanos;

    Hearing(RequestLog log, Slot slot, long id, boolean batches, Echo echo) {
        this.log = log;
        this.slot = slot;
        this.id = id;
        this.batches = batches;
        this.echo = echo;
    }

    @Override
    public void sent() {
        entry = log.sent(slot);
        sentNanos = System.nanoTime();
    }

    @Override
    public void head(Head arrived) {
        head = arrived;
        isStream = arrived.status() == 200 && arrived.mediaType().equals("text/event-stream");
        if (entry != null) {
            entry.answered(arrived.status(), servedBy(arrived));
        }
        echo.heard(sentNanos, arrived);
    }

    @Override
    public boolean piece(Buffer piece) {
        bytes += piece.length();
        if (!isStream) {
            body.appendBuffer(piece);
            return true;
        }
        for (String data : events.feed(piece)) {
            Optional<Message> wanted = wanted(data.getBytes(StandardCharsets.UTF_8));
            if (wanted.isPresent()) {
                message = wanted.get();
                return false;
            }
        }
        return true;
    }

    @Override
    public void finished() {
        if (entry != null) {
            entry.finish();
        }
    }

    /** When the request was sent; empty when there was no connection. */
    Optional<Instant> sentAt() {
        return Optional.ofNullable(entry).map(RequestLog.Entry::sentAt);
    }

    /** Status and headers, if it came to that. */
    Optional<Head> head() {
        return Optional.ofNullable(head);
    }

    boolean isStream() {
        return isStream;
    }

    SseParser events() {
        return events;
    }

    /** Length of what has arrived of the body. */
    int bytes() {
        return bytes;
    }

    /** The body as text, for messages. */
    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** The message that answers the request; empty when a stream ended without one. */
    Optional<Message> message() {
        if (message == null && !isStream) {
            message = wanted(body.getBytes())
                    .orElse(new Message.Wrong(ProbeCode.NOT_JSONRPC, "the answer is no response"));
        }
        return Optional.ofNullable(message);
    }

    private Optional<Message> wanted(byte[] json) {
        try {
            JsonNode node = BoundedJson.parse(json);
            List<JsonNode> messages = new ArrayList<>();
            if (node.isArray() && batches) {
                node.forEach(messages::add);
            } else {
                messages.add(node);
            }
            return messages.stream()
                    .map(one -> Message.of(one, id))
                    .filter(one -> !(one instanceof Message.Aside))
                    .findFirst();
        } catch (Malformed e) {
            return Optional.of(new Message.Wrong(ProbeCode.JSON_MALFORMED, "the answer " + e.getMessage()));
        }
    }

    /* A request that no probe rule caught was routed elsewhere; the answer says where, if anybody does. */
    private Slot servedBy(Head arrived) {
        try {
            return arrived.header(TrafficPlan.VARIANT)
                    .map(PinId::parse)
                    .map(PinId::slot)
                    .orElse(slot);
        } catch (IllegalArgumentException e) {
            return slot;
        }
    }
}
