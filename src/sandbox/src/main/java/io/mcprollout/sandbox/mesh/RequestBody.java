package io.mcprollout.sandbox.mesh;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's request body on its way to one try after another: streamed with back-pressure, and kept up to 1 MiB so that a
 * further try can have it from the start.
 */
final class RequestBody {
    private static final int KEPT = 1 << 20;

    private final HttpServerRequest in;
    private final boolean keep;
    private final Runnable onEnd;
    private final List<Buffer> kept = new ArrayList<>();
    private int size;
    private boolean overflown;
    private boolean ended;
    private @Nullable HttpClientRequest sink;

    /** Takes the request's body over; {@code onEnd} runs once, when all of it has arrived. */
    RequestBody(HttpServerRequest in, boolean keep, Runnable onEnd) {
        this.in = in;
        this.keep = keep;
        this.onEnd = onEnd;
        in.pause();
        in.handler(this::arrived);
        in.endHandler(done -> end());
    }

    /** Whether the request announces a body. */
    boolean expected() {
        return in.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || in.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Whether a further try can have the whole body. */
    boolean replayable() {
        return keep && !overflown;
    }

    boolean ended() {
        return ended;
    }

    /** Sends what there is to this try, and the rest as it comes. */
    void to(HttpClientRequest request) {
        sink = request;
        request.setChunked(expected() && !in.headers().contains(HttpHeaders.CONTENT_LENGTH));
        request.drainHandler(ready -> in.resume());
        if (expected()) {
            request.sendHead();
            kept.forEach(request::write);
        }
        if (ended || !expected()) {
            request.end();
        }
        in.resume();
    }

    /** Stops sending to this try; what comes meanwhile waits for the next one, which starts from the beginning. */
    void hold() {
        detach();
        if (!ended) {
            in.pause();
        }
    }

    /** Stops sending to this try; the rest is thrown away. */
    void discard() {
        detach();
        in.resume();
    }

    /* The rest must be read even when nobody wants it: the connection's next request comes behind it. */
    private void detach() {
        if (sink != null) {
            sink.drainHandler(null);
        }
        sink = null;
    }

    private void arrived(Buffer chunk) {
        size += chunk.length();
        overflown = overflown || size > KEPT;
        if (overflown || !keep) {
            kept.clear();
        } else {
            kept.add(chunk);
        }
        if (sink != null) {
            sink.write(chunk);
            if (sink.writeQueueFull()) {
                in.pause();
            }
        }
    }

    private void end() {
        ended = true;
        if (sink != null && expected()) {
            sink.end();
        }
        onEnd.run();
    }
}
