package io.mcprollout.sandbox.envoy;

import io.mcprollout.sandbox.mesh.ControlPlane;
import io.mcprollout.sandbox.mesh.Gateway;
import io.mcprollout.sandbox.mesh.MeshConfig;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.mesh.MeshSnapshot;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A real Envoy that follows the configuration exactly as {@link io.mcprollout.sandbox.mesh.Mesh} does: one table, two back ends. */
public final class EnvoyGateway implements Gateway {
    private final MeshSettings settings;
    private final Path venv;
    private final Path folder;
    private volatile String version = "";
    private final ControlPlane controlPlane;
    private volatile @Nullable EnvoyProcess process;

    private EnvoyGateway(Vertx vertx, MeshConfig config, MeshSettings settings, Path venv, Path folder) {
        this.settings = settings;
        this.venv = venv;
        this.folder = folder.toAbsolutePath();
        this.controlPlane = new ControlPlane(vertx, config, settings, this::use);
    }

    /** Starts the Envoy of the virtual environment {@code venv}, its files in {@code folder}; it has read the configuration once. */
    public static EnvoyGateway start(Vertx vertx, MeshConfig config, MeshSettings settings, Path venv, Path folder) {
        EnvoyGateway gateway = new EnvoyGateway(vertx, config, settings, venv, folder);
        gateway.controlPlane.deliver();
        if (gateway.process == null) {
            throw new IllegalStateException(gateway.problem().orElse("no configuration"));
        }
        return gateway;
    }

    private void use(MeshSnapshot snapshot) {
        EnvoyConfig config = EnvoyConfig.of(snapshot, settings, folder);
        version = config.routesVersion();
        EnvoyProcess running = process;
        if (running == null) {
            process = EnvoyProcess.start(venv, folder, config);
        } else {
            running.apply(config);
        }
    }

    /** The running Envoy. */
    public EnvoyProcess process() {
        EnvoyProcess running = process;
        if (running == null) {
            throw new IllegalStateException("Envoy has not been started");
        }
        return running;
    }

    /** Whether Envoy uses the newest routes that were handed to it; fails when it refused them. */
    public boolean settled() {
        try {
            return process().routesVersion().equals(version);
        } catch (IOException e) {
            throw new UncheckedIOException("Envoy's admin endpoint does not answer", e);
        }
    }

    @Override
    public int port() {
        return process().port();
    }

    @Override
    public int adminPort() {
        return process().adminPort();
    }

    @Override
    public ControlPlane controlPlane() {
        return controlPlane;
    }

    @Override
    public void close() {
        process().close();
    }
}
