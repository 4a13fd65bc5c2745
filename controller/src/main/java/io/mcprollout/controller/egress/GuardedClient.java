package io.mcprollout.controller.egress;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP/1.1 client for addresses that users write. Every call has a connection of its own, follows no redirect,
 * connects only where the rules allow, reads no more than the limits, and ends at its deadline whatever the server does.
 */
public final class GuardedClient implements AutoCloseable {
    /** Certificate bundles whose TLS context is kept; a rollout has one or none. */
    private static final int TRUSTS = 32;

    /** How long a forgotten TLS context lives on for the calls that still use it. */
    private static final Duration LINGER = Duration.ofMinutes(5);

    /** How long the system may try to connect; a call's deadline is usually shorter. */
    private static final Duration CONNECTING = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final NameResolver resolver;
    private final EgressRules rules;
    private final Limits limits;
    private final HttpClient trustingSystem;
    private final Map<String, HttpClient> trusting = new LinkedHashMap<>(16, 0.75f, true);

    /** A client that resolves names with this resolver. */
    public GuardedClient(Vertx vertx, NameResolver resolver, EgressRules rules, Limits limits) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.rules = rules;
        this.limits = limits;
        this.trustingSystem = vertx.createHttpClient(options());
    }

    /** The rules it goes by. */
    public EgressRules rules() {
        return rules;
    }

    /** A new event loop context to make calls on, so that what follows them needs no locks. */
    public Context newContext() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** Makes a call and reads the whole body. The future never fails; it completes on the caller's context. */
    public Future<Answer> fetch(HttpCall call, Duration timeout) {
        Buffer body = Buffer.buffer();
        Reader reader = piece -> {
            body.appendBuffer(piece);
            return true;
        };
        return send(call, Deadline.after(timeout), reader)
                .map(answer -> answer instanceof Answer.Received received
                        ? new Answer.Received(received.head(), body)
                        : answer);
    }

    /** Makes a call whose body goes to the reader. The future never fails; it completes on the caller's context. */
    public Future<Answer> send(HttpCall call, Deadline deadline, Reader reader) {
        Context context = vertx.getOrCreateContext();
        Exchange exchange = new Exchange(this, context, call, deadline, reader);
        context.runOnContext(begin -> exchange.begin());
        return exchange.answer();
    }

    @Override
    public void close() {
        trustingSystem.close();
        synchronized (trusting) {
            trusting.values().forEach(HttpClient::close);
            trusting.clear();
        }
    }

    Vertx vertx() {
        return vertx;
    }

    NameResolver resolver() {
        return resolver;
    }

    Limits limits() {
        return limits;
    }

    /** The client whose TLS context trusts a PEM bundle; throws when the bundle cannot be read. */
    HttpClient trusting(Optional<String> ca) {
        if (ca.isEmpty()) {
            return trustingSystem;
        }
        synchronized (trusting) {
            HttpClient client = trusting.computeIfAbsent(
                    ca.get(),
                    pem -> vertx.createHttpClient(
                            options().setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem)))));
            if (trusting.size() > TRUSTS) {
                Iterator<HttpClient> oldest = trusting.values().iterator();
                HttpClient forgotten = oldest.next();
                oldest.remove();
                vertx.setTimer(LINGER.toMillis(), timer -> forgotten.close());
            }
            return client;
        }
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout((int) CONNECTING.toMillis())
                .setKeepAlive(false)
                .setPipelining(false)
                .setMaxPoolSize(4_096)
                .setForceSni(true)
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxInitialLineLength(limits.headerBytes())
                .setDecompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE);
    }
}
