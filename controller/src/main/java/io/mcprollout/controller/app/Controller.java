package io.mcprollout.controller.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The controller's life: watches from its start, acts while it leads, and lets everything go at its end. */
@Singleton
public final class Controller {
    /* A look waits for a few requests of at most five seconds each. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final Vertx vertx;
    private final ControllerConfig config;
    private final MeterRegistry registry;
    private final String version;
    private Optional<Running> running = Optional.empty();

    private record Running(Parts parts, Leadership leadership) {}

    Controller(
            KubernetesClient client,
            Vertx vertx,
            ControllerConfig config,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.client = client;
        this.vertx = vertx;
        this.config = config;
        this.registry = registry;
        this.version = version;
    }

    synchronized void start(@Observes StartupEvent event) {
        Leadership.Seat seat = Leadership.Seat.of(client, config);
        Parts parts =
                new Parts(client, vertx, config, seat, new MicrometerMeters(registry), Clock.systemUTC(), version);
        Leadership leadership = new Leadership(client, config.lease(), seat, parts::open, () -> Quarkus.asyncExit(1));
        registry.gauge("mcprollout.leader", leadership, held -> held.isLeading() ? 1 : 0);
        registry.gauge("mcprollout.active", parts.queue(), WorkQueue::size);
        running = Optional.of(new Running(parts, leadership));
    }

    /* Before the client and Vert.x go. */
    synchronized void stop(@Observes @Priority(1) ShutdownEvent event) {
        running.ifPresent(now -> {
            now.parts().queue().close();
            now.leadership().close();
            now.parts().close();
        });
        running = Optional.empty();
    }

    /** What keeps it from working, for people; empty when nothing does. */
    synchronized String trouble() {
        return running.map(now -> now.parts().trouble()).orElse("it has not started");
    }

    /** Whether it leads. */
    synchronized boolean isLeading() {
        return running.map(now -> now.leadership().isLeading()).orElse(false);
    }

    /** Whether a look takes longer than any can. */
    synchronized boolean isStuck() {
        return running.map(now -> now.parts().queue().longestLook().compareTo(LONGEST_LOOK) > 0)
                .orElse(false);
    }
}
