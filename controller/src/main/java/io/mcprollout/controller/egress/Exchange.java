package io.mcprollout.controller.egress;

import io.mcprollout.controller.egress.Answer.Fault;
import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.egress.Answer.Missing;
import io.mcprollout.controller.egress.Answer.Received;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * Confined to the event loop of its context. The answer is settled once; the exchange may live on a little longer, when the
 * reader has enough, to let the server end its answer by itself: a mesh counts a stream that we cut as a client's abort.
 */
/** One call from the resolving of its host to the closing of its connection. */
final class Exchange {
    /** How long the rest of an answer may take when nobody needs it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private enum Phase {
        CONNECTING,
        WAITING,
        READING,
        DRAINING,
        OVER
    }

    private final GuardedClient client;
    private final Context context;
    private final HttpCall call;
    private final Deadline deadline;
    private final Reader reader;
    private final Promise<Answer> answer;
    private Phase phase = Phase.CONNECTING;
    private long timer = -1;
    private long received;
    private @Nullable HttpClientRequest request;

    Exchange(GuardedClient client, Context context, HttpCall call, Deadline deadline, Reader reader) {
        this.client = client;
        this.context = context;
        this.call = call;
        this.deadline = deadline;
        this.reader = reader;
        this.answer = Promise.promise();
    }

    Future<Answer> answer() {
        return answer.future();
    }

    void begin() {
        Optional<String> forbidden = client.rules().refuses(call.url());
        if (forbidden.isPresent()) {
            settle(new Missing(Fault.FORBIDDEN, "the URL " + forbidden.get()));
            return;
        }
        arm(deadline.left());
        String host = call.dial().map(EntryPoints.HostPort::host).orElse(call.host());
        client.resolver()
                .resolve(host)
                .onComplete(found -> context.runOnContext(next -> {
                    if (phase != Phase.CONNECTING) {
                        return;
                    }
                    if (found.failed()) {
                        settle(new Missing(Fault.UNRESOLVED, "the name " + host + " does not resolve"));
                    } else {
                        connect(found.result());
                    }
                }));
    }

    /* The request's own connect timeout would give up the request and leave the connection to come in the pool for ever. */
    private void connect(InetAddress address) {
        Optional<String> forbidden =
                call.dial().isPresent() ? Optional.empty() : client.rules().refuses(address);
        if (forbidden.isPresent()) {
            settle(new Missing(Fault.FORBIDDEN, "the URL's host " + forbidden.get()));
            return;
        }
        int port = call.dial().map(EntryPoints.HostPort::port).orElse(call.port());
        RequestOptions options = new RequestOptions()
                .setMethod(call.method())
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(call.host())
                .setPort(call.port())
                .setSsl(call.isTls())
                .setURI(call.target())
                .setHeaders(call.headers())
                .setFollowRedirects(false);
        try {
            client.trusting(call.ca()).request(options).onComplete(made -> {
                if (made.failed()) {
                    settle(Faults.connecting(made.cause(), call.isTls()));
                } else if (phase != Phase.CONNECTING) {
                    made.result().exceptionHandler(e -> {}).connection().close();
                } else {
                    ask(made.result());
                }
            });
        } catch (RuntimeException e) {
            settle(new Missing(Fault.TLS, "the certificate bundle cannot be read"));
        }
    }

    private void ask(HttpClientRequest connected) {
        request = connected;
        phase = Phase.WAITING;
        // what befalls the connection befalls the request too; unheard here, it would be logged as an error of ours
        connected.connection().exceptionHandler(e -> {});
        reader.sent();
        connected.send(call.body()).onComplete(heard -> {
            if (heard.succeeded()) {
                read(heard.result());
            } else {
                settle(Faults.talking(heard.cause()));
            }
        });
    }

    private void read(HttpClientResponse response) {
        if (phase != Phase.WAITING) {
            return;
        }
        phase = Phase.READING;
        Head head = new Head(response.statusCode(), response.headers());
        response.handler(piece -> take(head, piece));
        response.exceptionHandler(e -> settle(Faults.talking(e)));
        response.endHandler(end -> settle(new Received(head, Buffer.buffer())));
        reader.head(head);
        long promised = head.header("content-length").map(Exchange::length).orElse(0L);
        if (promised > client.limits().bodyBytes()) {
            settle(tooLarge());
        }
    }

    private void take(Head head, Buffer piece) {
        received += piece.length();
        if (phase == Phase.OVER) {
            return;
        }
        if (received > client.limits().bodyBytes()) {
            settle(tooLarge());
        } else if (phase == Phase.READING && !reader.piece(piece)) {
            phase = Phase.DRAINING;
            arm(GRACE.compareTo(deadline.left()) < 0 ? GRACE : deadline.left());
            answer.complete(new Received(head, Buffer.buffer()));
        }
    }

    private Missing tooLarge() {
        return new Missing(
                Fault.TOO_LARGE, "the answer is larger than " + client.limits().bodyBytes() + " bytes");
    }

    private void arm(Duration time) {
        client.vertx().cancelTimer(timer);
        timer = client.vertx().setTimer(Math.max(1, time.toMillis()), fired -> {
            settle(
                    phase == Phase.CONNECTING
                            ? new Missing(Fault.CONNECT_TIMEOUT, "no connection before the deadline")
                            : new Missing(
                                    Fault.DEADLINE,
                                    phase == Phase.WAITING
                                            ? "no answer before the deadline"
                                            : "the answer did not end before the deadline"));
        });
    }

    private void settle(Answer result) {
        if (phase == Phase.OVER) {
            return;
        }
        boolean ended = result instanceof Received;
        phase = Phase.OVER;
        client.vertx().cancelTimer(timer);
        if (request != null) {
            if (!ended) {
                request.reset();
            }
            reader.finished();
        }
        answer.tryComplete(result);
    }

    private static long length(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
