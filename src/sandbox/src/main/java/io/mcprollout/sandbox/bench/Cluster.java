package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A sandbox cluster with a packaged controller, as it is measured: with the image's flags and its AOT cache. */
final class Cluster implements AutoCloseable {
    static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String ROLLOUTS = "mcprollouts.mcprollout.io";
    private static final String LANE = Packed.text("/bench/lane.yaml");

    private final Bed bed;
    private final PackagedController controller;

    private Duration readyAfter = Duration.ZERO;

    private Cluster(Bed bed, PackagedController controller) {
        this.bed = bed;
        this.controller = controller;
    }

    /** Starts everything, with one rollout for each lane, and waits until all of them rest. */
    static Cluster start(Path app, List<String> flags, List<String> lanes) {
        Bed bed = Bed.start(
                Path.of("deploy", "crds"),
                PlayerSettings.defaults().withGrace(Duration.ofSeconds(1)),
                MeshSettings.of("bench/gateway"));
        lanes.forEach(lane -> bed.kube().apply(LANE.replace("${lane}", lane)));
        PackagedController controller = PackagedController.start(launch(bed, app, flags));
        Cluster cluster = new Cluster(bed, controller);
        try {
            cluster.readyAfter = controller.awaitReady(START_LIMIT);
            lanes.forEach(lane -> await(
                    lane + " to rest", START_LIMIT, () -> cluster.phase(lane).equals("Idle")));
            return cluster;
        } catch (IllegalStateException failed) {
            cluster.close();
            throw failed;
        }
    }

    private static Launch launch(Bed bed, Path app, List<String> flags) {
        return Launch.against(app, bed.kube().url(), Path.of("target", "bench", "controller.log"))
                .withFlags(flags)
                .with(
                        "mcprollout.entry-points.gateway",
                        "127.0.0.1:" + bed.mesh().port())
                .with("mcprollout.sources.gateway.scrape.preset", "envoy")
                .with(
                        "mcprollout.sources.gateway.scrape.addresses",
                        "127.0.0.1:" + bed.mesh().adminPort());
    }

    /** From the start of the controller's process to its readiness. */
    Duration readyAfter() {
        return readyAfter;
    }

    Bed bed() {
        return bed;
    }

    PackagedController controller() {
        return controller;
    }

    /** Phase of a lane's rollout; empty before there is one. */
    String phase(String lane) {
        return bed.kube()
                .get(ROLLOUTS, lane, "server")
                .map(rollout -> rollout.at("/status/phase").asText())
                .orElse("");
    }

    /** What the lane's rollout says. */
    String message(String lane) {
        return bed.kube()
                .get(ROLLOUTS, lane, "server")
                .map(rollout -> rollout.at("/status/message").asText())
                .orElse("");
    }

    /** The candidate's share in a VirtualService, in percent. */
    static int weight(JsonNode virtualService) {
        for (JsonNode rule : virtualService.at("/spec/http")) {
            if (rule.path("name").asText().equals("mcp")) {
                return rule.at("/route/1/weight").asInt();
            }
        }
        return 0;
    }

    /** Waits; throws {@link IllegalStateException} naming what did not come. */
    static void await(String what, Duration limit, BooleanSupplier condition) {
        Instant end = Instant.now().plus(limit);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("waited " + limit.toSeconds() + " s for " + what);
            }
            pause(Duration.ofMillis(50));
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        controller.close();
        bed.close();
    }
}
