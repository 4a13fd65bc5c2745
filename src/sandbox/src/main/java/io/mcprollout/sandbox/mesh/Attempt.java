package io.mcprollout.sandbox.mesh;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One try of a request at one pod. Exactly one of the listener's three failures, or its response and end, is reported. */
final class Attempt {
    /** What becomes of a try. */
    interface Listener {
        /** No connection could be made; nothing was sent. */
        void unconnected();

        /** The connection closed before a response began. */
        void reset();

        /** The response did not begin within the limit of one try. */
        void late();

        /** The response began; either {@link Attempt#stream} or {@link Attempt#cancel} must follow. */
        void responded(HttpClientResponse response);

        /** The response was passed on, wholly or not. */
        void finished(boolean whole);
    }

    private final Upstream upstream;
    private final String cluster;
    private final Listener listener;
    private final RequestBody body;
    private @Nullable HttpClientRequest request;
    private boolean active;
    private boolean over;
    private long timer = -1;

    Attempt(Upstream upstream, String cluster, RequestBody body, Listener listener) {
        this.upstream = upstream;
        this.cluster = cluster;
        this.body = body;
        this.listener = listener;
    }

    /** Connects to the pod and sends the request. */
    void start(Endpoint endpoint, HttpMethod method, String target, MultiMap headers, Optional<Duration> limit) {
        RequestOptions options = new RequestOptions()
                .setHost(endpoint.ip())
                .setPort(endpoint.port())
                .setMethod(method)
                .setURI(target)
                .setHeaders(headers)
                .setConnectTimeout(upstream.settings().connectTimeout().toMillis())
                .setFollowRedirects(false);
        upstream.client()
                .request(options)
                .onSuccess(made -> connected(made, limit))
                .onFailure(this::failed);
    }

    private void connected(HttpClientRequest made, Optional<Duration> limit) {
        if (over) {
            made.reset();
            return;
        }
        request = made;
        upstream.stats().cluster(cluster, "upstream_rq_total");
        upstream.stats().active(cluster, 1);
        active = true;
        limit.ifPresent(time -> timer = upstream.vertx().setTimer(Math.max(1, time.toMillis()), id -> timedOut()));
        made.exceptionHandler(this::failed);
        made.response().onSuccess(this::responded).onFailure(this::failed);
        body.to(made);
    }

    private void responded(HttpClientResponse response) {
        if (over) {
            return;
        }
        stopTimer();
        response.pause();
        response.exceptionHandler(broken -> close());
        listener.responded(response);
    }

    /** Passes the response on as it comes; what is left of the request still goes to the pod, as it may need it to end. */
    void stream(HttpClientResponse from, HttpServerResponse to) {
        from.handler((Buffer chunk) -> {
            to.write(chunk);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(ready -> from.resume());
            }
        });
        from.endHandler(end -> {
            if (close()) {
                to.end();
                listener.finished(true);
            }
        });
        from.exceptionHandler(broken -> {
            if (close()) {
                listener.finished(false);
            }
        });
        from.resume();
    }

    /** Gives the try up and closes its connection; nothing is reported afterwards. */
    void cancel() {
        if (close() && request != null) {
            request.reset();
        }
    }

    private void timedOut() {
        if (!over) {
            cancel();
            listener.late();
        }
    }

    private void failed(Throwable cause) {
        boolean sent = request != null;
        if (!close()) {
            return;
        }
        if (sent || !neverConnected(cause)) {
            listener.reset();
        } else {
            listener.unconnected();
        }
    }

    private static boolean neverConnected(Throwable cause) {
        return cause instanceof ConnectException || cause instanceof UnknownHostException;
    }

    /* True the first time. */
    private boolean close() {
        if (over) {
            return false;
        }
        over = true;
        stopTimer();
        if (active) {
            upstream.stats().active(cluster, -1);
        }
        return true;
    }

    private void stopTimer() {
        if (timer >= 0) {
            upstream.vertx().cancelTimer(timer);
            timer = -1;
        }
    }
}
