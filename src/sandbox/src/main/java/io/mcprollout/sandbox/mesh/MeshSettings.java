package io.mcprollout.sandbox.mesh;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How a mesh behaves where no object says: its gateway's {@code namespace/name}, its ports (0: free ones), how long a change
 * takes to arrive, how long a reconnection to the control plane takes, the connect timeout and idle time towards pods,
 * the draws in [0, 1) that choose destinations, and whether the gateway runs {@code deploy/istio/session-pin.lua}.
 */
public record MeshSettings(
        String gateway,
        int port,
        int adminPort,
        Duration propagation,
        Duration reconnect,
        Duration connectTimeout,
        Duration upstreamIdle,
        DoubleSupplier draws,
        boolean pinsSessions) {

    /**
     * Free ports, changes seen after 100 ms (Istio's debounce, its measured median), reconnection after 21 s (measured),
     * connect timeout 10 s (Istio's), idle upstream connections closed after 2 s so that no usual server closes them first.
     */
    public static MeshSettings of(String gateway) {
        return new MeshSettings(
                gateway,
                0,
                0,
                Duration.ofMillis(100),
                Duration.ofSeconds(21),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                () -> ThreadLocalRandom.current().nextDouble(),
                false);
    }

    /** With these ports. */
    public MeshSettings ports(int gatewayPort, int newAdminPort) {
        return new MeshSettings(
                gateway,
                gatewayPort,
                newAdminPort,
                propagation,
                reconnect,
                connectTimeout,
                upstreamIdle,
                draws,
                pinsSessions);
    }

    /** With these delays of changes and of a reconnection. */
    public MeshSettings delays(Duration newPropagation, Duration newReconnect) {
        return new MeshSettings(
                gateway,
                port,
                adminPort,
                newPropagation,
                newReconnect,
                connectTimeout,
                upstreamIdle,
                draws,
                pinsSessions);
    }

    /** With these draws, so that choices can be repeated. */
    public MeshSettings draws(DoubleSupplier newDraws) {
        return new MeshSettings(
                gateway, port, adminPort, propagation, reconnect, connectTimeout, upstreamIdle, newDraws, pinsSessions);
    }

    /** With the script that keeps sessions on the version that minted them. */
    public MeshSettings pinningSessions() {
        return new MeshSettings(
                gateway, port, adminPort, propagation, reconnect, connectTimeout, upstreamIdle, draws, true);
    }
}
