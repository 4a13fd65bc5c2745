package io.mcprollout.controller.app;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless a look at a rollout hangs. */
@Liveness
@Singleton
public final class Alive implements HealthCheck {
    private final Controller controller;

    Alive(Controller controller) {
        this.controller = controller;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("looks").status(!controller.isStuck()).build();
    }
}
