package io.mcprollout.sandbox.mesh;

import java.util.Optional;

/** An ingress gateway on loopback ports that follows a {@link MeshConfig}. */
public interface Gateway extends AutoCloseable {
    /** The port that clients use. */
    int port();

    /** The port of {@code /stats/prometheus}. */
    int adminPort();

    /** The delivery of configuration to this gateway. */
    ControlPlane controlPlane();

    /** Tells that the configuration changed: it is used after the propagation delay, together with what changes until then. */
    default void configChanged() {
        controlPlane().configChanged();
    }

    /** What was wrong with the newest configuration, which is then not used; empty when all is well. */
    default Optional<String> problem() {
        return controlPlane().problem();
    }

    /** Stops listening and closes every connection. */
    @Override
    void close();
}
