package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.controller.port.SecretReader;
import io.mcprollout.policy.evidence.ProbeCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/*
 * Read once and kept, because every pair needs them and the API server must not feel that; read anew after some minutes, and
 * soon after the server refused them, so that a rotated token is found. Confined to the event loop of one context.
 */
/** Token and certificates of one probe. */
final class Credentials {
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration KEPT_WHEN_DOUBTED = Duration.ofSeconds(10);

    private static final long PATIENCE_SECONDS = 5;

    private final SecretReader secrets;
    private final String namespace;
    private final ProbeSpec spec;
    private final Context context;
    private final Clock clock;
    private Future<Held> last = Future.failedFuture("never read");
    private Instant readAgain = Instant.EPOCH;
    private Instant read = Instant.EPOCH;

    /** What the Secrets hold; never printed. */
    record Held(Optional<String> bearer, Optional<String> ca) {
        @Override
        public String toString() {
            return "Held[***]";
        }
    }

    Credentials(SecretReader secrets, String namespace, ProbeSpec spec, Context context, Clock clock) {
        this.secrets = secrets;
        this.namespace = namespace;
        this.spec = spec;
        this.context = context;
        this.clock = clock;
    }

    /** The credentials; fails with a {@link Failure} that is the prober's own fault and says how to mend it. */
    Future<Held> get() {
        Instant now = clock.instant();
        if (!now.isBefore(readAgain)) {
            read = now;
            readAgain = now.plus(KEPT);
            last = read(spec.token()).compose(token -> read(spec.ca()).compose(ca -> checked(new Held(token, ca))));
            last.onFailure(e -> doubt());
        }
        return last;
    }

    /** The server did not accept them: they are read again soon. */
    void doubt() {
        Instant soon = read.plus(KEPT_WHEN_DOUBTED);
        readAgain = soon.isBefore(readAgain) ? soon : readAgain;
    }

    private Future<Optional<String>> read(Optional<SecretKey> key) {
        if (key.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        String audience = String.valueOf(spec.url().getHost());
        return Future.fromCompletionStage(secrets.read(namespace, key.get(), audience), context)
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .compose(reply -> switch (reply) {
                    case SecretReader.Reply.Found found ->
                        Future.succeededFuture(Optional.of(found.value().strip()));
                    case SecretReader.Reply.Refused refused -> Future.failedFuture(fault(refused.cause()));
                });
    }

    private Future<Held> checked(Held held) {
        if (held.bearer().filter(text -> !text.matches("[\\x21-\\x7E]+")).isPresent()) {
            return Future.failedFuture(fault(name(spec.token()) + " has characters that no header may have"));
        }
        return held.ca().filter(text -> !isBundle(text)).isPresent()
                ? Future.failedFuture(fault(name(spec.ca()) + " holds no certificates in PEM"))
                : Future.succeededFuture(held);
    }

    private static boolean isBundle(String pem) {
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    private static Failure fault(String what) {
        return new Failure(ProbeCode.PROBER_FAULT, "credentials: " + what, Optional.empty());
    }

    private static String name(Optional<SecretKey> key) {
        return key.map(one -> "key " + one.key() + " of Secret " + one.secret()).orElse("");
    }
}
