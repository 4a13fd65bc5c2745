package io.mcprollout.sandbox.mesh;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What stands between the Kubernetes API and a gateway: hands a snapshot over some time after a change, none while it is
 * down, and never one that is invalid.
 */
public final class ControlPlane {
    private static final System.Logger LOG = System.getLogger(ControlPlane.class.getName());

    private final Vertx vertx;
    private final MeshConfig config;
    private final MeshSettings settings;
    private final Consumer<MeshSnapshot> gateway;
    private final AtomicBoolean pending = new AtomicBoolean();
    private volatile boolean connected = true;
    private volatile Optional<String> problem = Optional.empty();

    /** A control plane that delivers to {@code gateway}, beginning with {@link #deliver}. */
    public ControlPlane(Vertx vertx, MeshConfig config, MeshSettings settings, Consumer<MeshSnapshot> gateway) {
        this.vertx = vertx;
        this.config = config;
        this.settings = settings;
        this.gateway = gateway;
    }

    /** What was wrong with the newest configuration, which was not delivered; empty when all is well. */
    public Optional<String> problem() {
        return problem;
    }

    /** The configuration changed: it is read after the propagation delay, together with what changes until then. */
    public void configChanged() {
        if (connected && pending.compareAndSet(false, true)) {
            after(settings.propagation(), () -> {
                pending.set(false);
                if (connected) {
                    deliver();
                }
            });
        }
    }

    /** It goes down: the gateway keeps the configuration it has. */
    public void disconnect() {
        connected = false;
    }

    /** It is back: the gateway gets the configuration after the reconnection delay. */
    public void reconnect() {
        after(settings.reconnect(), () -> {
            connected = true;
            deliver();
        });
    }

    /** Reads the configuration and hands it over now. */
    public synchronized void deliver() {
        try {
            gateway.accept(MeshSnapshot.of(config, settings.gateway()));
            problem = Optional.empty();
        } catch (InvalidRouteException e) {
            LOG.log(System.Logger.Level.WARNING, "configuration not used: {0}", e.getMessage());
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void after(Duration delay, Runnable action) {
        if (delay.toMillis() < 1) {
            action.run();
        } else {
            vertx.setTimer(delay.toMillis(), id -> action.run());
        }
    }
}
