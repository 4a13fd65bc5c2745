package io.mcprollout.controller.app;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the CRDs are new enough and everything is being watched; leading is not needed. */
@Readiness
@Singleton
public final class Ready implements HealthCheck {
    private final Controller controller;

    Ready(Controller controller) {
        this.controller = controller;
    }

    @Override
    public HealthCheckResponse call() {
        String trouble = controller.trouble();
        return HealthCheckResponse.named("controller")
                .status(trouble.isEmpty())
                .withData("leading", controller.isLeading())
                .withData("trouble", trouble)
                .build();
    }
}
