package io.mcprollout.sandbox.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.envoy.EnvoyGateway;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.PackagedController;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import io.mcprollout.sandbox.story.ApiReader;
import io.mcprollout.sandbox.story.Patience;
import io.mcprollout.sandbox.story.RolloutView;
import io.mcprollout.sandbox.story.RouteWeight;
import io.mcprollout.sandbox.story.ScenarioReport;
import io.mcprollout.sandbox.story.Story;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * One rollout from an empty cluster to its end: as the demo's, but with Envoy as the gateway, real servers in the pods and the official clients
 * as agents.
 */
final class E2eRun {

    private static final String NAMESPACE = "e2e";
    private static final String CANARY = "time-canary";
    private static final int FAULT_WEIGHT = 25;
    private static final long CALLS_BEFORE = 20;
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration FRAME = Duration.ofMillis(200);
    private static final Duration AFTERMATH = Duration.ofSeconds(6);
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final Rollout rollout;
    private final E2eParts parts;
    private final Path folder;
    private final Consumer<String> console;
    private final Story story;
    private final ZonesFolder zones;
    private int said;

    /** Logs go to the rollout's folder, what the controller says to {@code console}. */
    E2eRun(Rollout rollout, E2eParts parts, Consumer<String> console) {
        this.rollout = rollout;
        this.parts = parts;
        this.console = console;
        folder = parts.folder(rollout);
        story = new Story(rollout);
        zones = ZonesFolder.copy(parts.servers().resolve("zones-all"), folder.resolve("zones"));
    }

    /** Plays it. */
    ScenarioReport play() {
        PlayerSettings pods = PlayerSettings.defaults().withBackOff(Duration.ofSeconds(10));
        try (Bed bed = Bed.start(
                parts.crds(),
                pods,
                (vertx, config) -> EnvoyGateway.start(
                        vertx,
                        config,
                        MeshSettings.of(NAMESPACE + "/mcp-gateway"),
                        parts.envoy(),
                        folder.resolve("envoy")))) {
            List.of("server.yaml", "rollout.yaml").forEach(file -> bed.kube().apply(Packed.text("/e2e/" + file)));
            ApiReader api = new ApiReader(bed.kube().url(), NAMESPACE, "time");
            Runnable watching = RouteWeight.follow(bed.kube(), weight -> story.weight(Instant.now(), weight));
            try (PackagedController controller = PackagedController.start(
                    bed.launch(Objects.requireNonNull(parts.controller().getParent()), folder.resolve("controller.log"))
                            .withFlags(List.of("-XX:+UseSerialGC", "-Xmx128m")))) {
                controller.awaitReady(START_LIMIT);
                Patience.await(
                        "both versions to be up",
                        START_LIMIT,
                        () -> api.version("time-stable").isUp()
                                && api.version(CANARY).isUp());
                Patience.await(
                        "the rollout to rest",
                        START_LIMIT,
                        () -> api.rollout().phase().equals("Idle"));
                return release(bed, api);
            } finally {
                watching.run();
            }
        }
    }

    private ScenarioReport release(Bed bed, ApiReader api) {
        try (CanaryTraffic traffic = CanaryTraffic.watch(bed.mesh().adminPort())) {
            RolloutView view;
            double seconds;
            ClientAgents.Counts counts;
            try (ClientAgents agents =
                    ClientAgents.start(parts, bed.gateway("/mcp").toString(), folder)) {
                agents.awaitServed(CALLS_BEFORE, START_LIMIT);
                Instant begin = Instant.now();
                story.begin(begin);
                if (rollout.fault() == Rollout.Fault.FROM_THE_START) {
                    story.strike(begin);
                }
                release(bed);
                view = follow(bed, api, begin);
                seconds = story.seconds(Instant.now());
                Patience.pause(AFTERMATH);
                agents.finish();
                counts = agents.counts(story::isUnderCanarysFault);
                agents.failed()
                        .forEach(call -> console.accept(String.format(
                                Locale.ROOT,
                                "  %6.1f s  failed call (%s): %s",
                                story.seconds(call.at()),
                                call.client(),
                                call.error())));
            }
            return report(view, seconds, counts, traffic);
        }
    }

    /** Until the end or the limit. */
    private RolloutView follow(Bed bed, ApiReader api, Instant begin) {
        RolloutView view = api.rollout();
        while (!isOver(view, begin) && Instant.now().isBefore(begin.plus(LIMIT))) {
            Patience.pause(FRAME);
            view = api.rollout();
            story.status(Instant.now(), view);
            tell();
            if (rollout.fault() == Rollout.Fault.AT_25
                    && !story.isStruck()
                    && story.weight() == FAULT_WEIGHT
                    && view.phase().equals("Stepping")) {
                story.strike(Instant.now());
                strike(bed);
                console.accept(String.format(Locale.ROOT, "  %6.1f s  the fault begins", story.seconds(Instant.now())));
            }
        }
        return view;
    }

    private void strike(Bed bed) {
        if (rollout.zones() == Rollout.Zones.LOST) {
            zones.lose();
        } else {
            bed.player().kill(NAMESPACE, CANARY, new Exit(137, "Error"));
        }
    }

    private void tell() {
        List<Story.Said> decisions = story.decisions();
        decisions.stream()
                .skip(said)
                .forEach(decision -> console.accept(String.format(
                        Locale.ROOT,
                        "  %6.1f s  %-11s %3d %%  %s",
                        decision.seconds(),
                        decision.phase(),
                        decision.weight(),
                        decision.message())));
        said = decisions.size();
    }

    /* Before the controller has seen the new image, the status still tells of the time before. */
    private static boolean isOver(RolloutView view, Instant begin) {
        return view.hasEnded() && Instant.now().isAfter(begin.plus(FRAME.multipliedBy(3)));
    }

    private ScenarioReport report(RolloutView view, double seconds, ClientAgents.Counts counts, CanaryTraffic traffic) {
        Instant struck = story.struckAt();
        return new ScenarioReport(
                rollout,
                outcome(view, counts, traffic),
                seconds,
                counts,
                "official TypeScript and Python clients",
                story,
                struck == null ? null : traffic.secondsOfTrafficAfter(struck));
    }

    private String outcome(RolloutView view, ClientAgents.Counts counts, CanaryTraffic traffic) {
        if (!view.hasEnded()) {
            return "Unfinished" + view.phase();
        }
        if (rollout.fault() == Rollout.Fault.NONE) {
            return view.phase() + (counts.failed() > 0 ? "WithFailedCalls" : "");
        }
        if (!story.isStruck()) {
            return view.phase() + "BeforeTheFault";
        }
        if (rollout.fault() == Rollout.Fault.FROM_THE_START && story.hadWeight()) {
            return view.phase() + "AfterWeight";
        }
        return traffic.last().isAfter(Instant.now().minus(SILENCE)) ? view.phase() + "NotSilent" : view.phase();
    }

    /** Makes the canary's Deployment run the new version. */
    private void release(Bed bed) {
        bed.kube().update("deployments.apps", NAMESPACE, CANARY, deployment -> {
            ObjectNode container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
            ArrayNode env = container
                    .put("image", "mcp-server-time:" + rollout.version())
                    .putArray("env");
            env.addObject().put("name", "SERVER").put("value", "time-" + rollout.version());
            switch (rollout.zones()) {
                case UTC ->
                    env.addObject()
                            .put("name", "PYTHONTZPATH")
                            .put("value", parts.servers().resolve("zones-utc").toString());
                case LOST ->
                    env.addObject()
                            .put("name", "PYTHONTZPATH")
                            .put("value", zones.path().toString());
                case OWN -> {}
            }
            return deployment;
        });
    }
}
