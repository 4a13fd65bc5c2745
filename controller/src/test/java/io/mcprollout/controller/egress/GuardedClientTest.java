package io.mcprollout.controller.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.egress.Answer.Fault;
import io.mcprollout.controller.egress.Answer.Missing;
import io.mcprollout.controller.egress.Answer.Received;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, connections and limits of the guarded client, on real sockets. */
class GuardedClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final GuardedClient client =
            new GuardedClient(vertx, NameResolver.of(vertx), EgressRules.DEFAULT, Limits.DEFAULT);

    @AfterEach
    void close() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void readsAWholeAnswer() {
        // Given
        int port = serve(new HttpServerOptions());

        // When
        Answer answer = fetch("http://localhost:" + port + "/a?b=c", Optional.empty(), TIMEOUT);

        // Then
        assertThat(answer).isInstanceOfSatisfying(Received.class, received -> {
            assertThat(received.head().status()).isEqualTo(200);
            assertThat(received.body().toString()).isEqualTo("GET /a?b=c localhost:" + port);
        });
    }

    @Test
    void trustsTheBundleItIsGivenAndNothingElse() throws Exception {
        // Given
        SelfSigned certificate = SelfSigned.make(folder);
        int port = serve(tls(certificate));
        String url = "https://localhost:" + port + "/";

        // When
        Answer trusted = fetch(url, Optional.of(certificate.pem()), TIMEOUT);
        Answer untrusted = fetch(url, Optional.empty(), TIMEOUT);
        Answer unreadable = fetch(url, Optional.of("no certificate"), TIMEOUT);
        Answer misnamed = fetch("https://127.0.0.2:" + port + "/", Optional.of(certificate.pem()), TIMEOUT);

        // Then
        assertThat(trusted).isInstanceOf(Received.class);
        assertThat(fault(untrusted)).isEqualTo(Fault.TLS);
        assertThat(fault(unreadable)).isEqualTo(Fault.TLS);
        assertThat(fault(misnamed)).isEqualTo(Fault.TLS);
    }

    @Test
    void aConnectionThatComesTooLateIsClosed() throws Exception {
        // Given
        SelfSigned certificate = SelfSigned.make(folder);
        int behind = serve(tls(certificate));
        AtomicInteger open = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        int port = slowTunnel(behind, 1_500, open, seen);
        fetch("https://localhost:" + behind + "/", Optional.of(certificate.pem()), TIMEOUT);

        // When
        Answer answer =
                fetch("https://localhost:" + port + "/", Optional.of(certificate.pem()), Duration.ofMillis(700));

        // Then
        assertThat(fault(answer)).isEqualTo(Fault.CONNECT_TIMEOUT);
        await().atMost(TIMEOUT).until(() -> seen.get() == 1 && open.get() == 0);
    }

    @Test
    void aCallLeavesTheTimersOfOthersAloneEvenTheFirst() {
        // Given
        int port = serve(new HttpServerOptions());
        Vertx fresh = Vertx.vertx();
        AtomicInteger fired = new AtomicInteger();
        fresh.setTimer(500, first -> fired.incrementAndGet());
        GuardedClient late = new GuardedClient(fresh, NameResolver.of(fresh), EgressRules.DEFAULT, Limits.DEFAULT);

        // When
        late.fetch(HttpCall.get(URI.create("http://localhost:" + port + "/")), TIMEOUT)
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        // Then
        await().until(() -> fired.get() == 1);
        late.close();
        fresh.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void everyCallHasItsOwnConnection() {
        // Given
        AtomicInteger connections = new AtomicInteger();
        int port = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(request -> request.response().end())
                .listen(0)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();

        // When
        for (int i = 0; i < 3; i++) {
            fetch("http://127.0.0.1:" + port + "/", Optional.empty(), TIMEOUT);
        }

        // Then
        assertThat(connections).hasValue(3);
    }

    private Answer fetch(String url, Optional<String> ca, Duration timeout) {
        HttpCall call = new HttpCall(
                HttpMethod.GET,
                URI.create(url),
                Optional.empty(),
                ca,
                MultiMap.caseInsensitiveMultiMap(),
                Buffer.buffer());
        return client.fetch(call, timeout)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static Fault fault(Answer answer) {
        return ((Missing) answer).fault();
    }

    private int serve(HttpServerOptions options) {
        return vertx.createHttpServer(options.setHost("127.0.0.1"))
                .requestHandler(request -> request.response()
                        .end(request.method() + " " + request.uri() + " " + request.getHeader("host")))
                .listen(0)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private static HttpServerOptions tls(SelfSigned certificate) {
        return new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                        new PfxOptions().setPath(certificate.store().toString()).setPassword(SelfSigned.PASSWORD));
    }

    /* Passes bytes on only after a while. */
    private int slowTunnel(int port, long millis, AtomicInteger open, AtomicInteger seen) {
        return vertx.createNetServer()
                .connectHandler(near -> {
                    open.incrementAndGet();
                    seen.incrementAndGet();
                    near.closeHandler(closed -> open.decrementAndGet());
                    near.pause();
                    vertx.setTimer(
                            millis,
                            late -> vertx.createNetClient()
                                    .connect(port, "127.0.0.1")
                                    .onSuccess(far -> {
                                        near.pipeTo(far);
                                        far.pipeTo(near);
                                    }));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    /** A certificate for localhost that no authority signed, made by the JDK's keytool. */
    record SelfSigned(Path store, String pem) {
        static final String PASSWORD = "changeit";

        static SelfSigned make(Path folder) throws IOException, InterruptedException {
            Path store = folder.resolve(System.nanoTime() + ".p12");
            Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            int exit = new ProcessBuilder(
                            keytool.toString(),
                            "-genkeypair",
                            "-alias",
                            "a",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("keytool.log").toFile())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("keytool ended with " + exit);
            }
            return new SelfSigned(store, certificate(store));
        }

        private static String certificate(Path store) throws IOException {
            try {
                var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
                return "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("a").getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
