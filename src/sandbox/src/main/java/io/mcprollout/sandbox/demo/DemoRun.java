package io.mcprollout.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.agent.AgentLoad;
import io.mcprollout.sandbox.agent.LoadSpec;
import io.mcprollout.sandbox.agent.ToolCall;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import io.mcprollout.sandbox.story.ApiReader;
import io.mcprollout.sandbox.story.Patience;
import io.mcprollout.sandbox.story.RolloutView;
import io.mcprollout.sandbox.story.RouteWeight;
import io.mcprollout.sandbox.story.ScenarioReport;
import io.mcprollout.sandbox.story.Story;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One scenario from an empty cluster to its end.
 *
 * <ol>
 *   <li>Both Deployments run version 1.0; the controller, a process of its own, has adopted the rollout and rests.
 *   <li>Agents begin to call tools through the gateway.
 *   <li>The image of the canary's Deployment becomes 1.1, and what the scenario says goes wrong at the weight that it says.
 *   <li>The end is the first status that says {@code Promoted} or {@code RolledBack}.
 * </ol>
 */
final class DemoRun {

    private static final double CALLS_PER_SECOND = 40;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration FRAME = Duration.ofMillis(200);
    private static final Duration AFTERMATH = Duration.ofSeconds(1);
    private static final String NEW_IMAGE = "sandbox/mcp-server:1.1";

    private final Scenario scenario;
    private final Path controllerApp;
    private final Path crds;
    private final Path folder;
    private final Screen screen;
    private final Story story;

    /** {@code controllerApp} holds {@code quarkus-run.jar}, {@code crds} our definitions; logs go to {@code folder}. */
    DemoRun(Scenario scenario, Path controllerApp, Path crds, Path folder, Screen screen) {
        this.scenario = scenario;
        this.controllerApp = controllerApp;
        this.crds = crds;
        this.folder = folder;
        this.screen = screen;
        story = new Story(scenario);
    }

    /** Plays it. */
    ScenarioReport play() {
        PlayerSettings pods =
                PlayerSettings.defaults().withBackOff(Duration.ofSeconds(2)).withGrace(Duration.ofSeconds(1));
        try (Bed bed = Bed.start(crds, pods, MeshSettings.of(Scenario.NAMESPACE + "/mcp-gateway"))) {
            List.of("server.yaml", "demo-policy.yaml", "rollout.yaml")
                    .forEach(file -> bed.kube().apply(Packed.text("/demo/" + file)));
            ApiReader api = new ApiReader(bed.kube().url(), Scenario.NAMESPACE, Scenario.ROLLOUT);
            Runnable watching = RouteWeight.follow(bed.kube(), weight -> story.weight(Instant.now(), weight));
            try (PackagedController controller = PackagedController.start(launch(bed))) {
                controller.awaitReady(START_LIMIT);
                Patience.await(
                        "both versions to be up",
                        START_LIMIT,
                        () -> api.version(Scenario.STABLE).isUp()
                                && api.version(Scenario.CANARY).isUp());
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

    private Launch launch(Bed bed) {
        return bed.launch(controllerApp, folder.resolve("controller-" + scenario.id() + ".log"))
                .withFlags(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    }

    private ScenarioReport release(Bed bed, ApiReader api) {
        LoadSpec load = LoadSpec.of(bed.gateway("/mcp"), CALLS_PER_SECOND, calls())
                .withAuthority("mcp.example.com")
                .blaming(story::isCanarysFault);
        try (AgentLoad agents = AgentLoad.start(bed.vertx(), load, story::call)) {
            Patience.await(
                    "agents to be served", START_LIMIT, () -> agents.counts().ok() > CALLS_PER_SECOND / 2);
            Instant begin = Instant.now();
            story.begin(begin);
            setCanaryImage(bed);
            RolloutView view = api.rollout();
            Instant end = begin;
            while (!isOver(view, begin) && end.isBefore(begin.plus(LIMIT))) {
                Patience.pause(FRAME);
                view = api.rollout();
                end = Instant.now();
                story.status(end, view);
                meddle(bed, view);
                screen.show(frame(api, view, agents));
            }
            Patience.pause(AFTERMATH);
            agents.finish();
            screen.show(frame(api, api.rollout(), agents));
            write(api.resource());
            return new ScenarioReport(
                    scenario,
                    outcome(view, agents),
                    Duration.between(begin, end).toMillis() / 1000.0,
                    agents.counts(),
                    String.format(
                            Locale.ROOT,
                            "sent %.1f ms late at p99",
                            agents.counts().latenessP99Ms()),
                    story,
                    null);
        }
    }

    /* Before the controller has seen the new image, the status still tells of the time before. */
    private static boolean isOver(RolloutView view, Instant begin) {
        return view.hasEnded() && Duration.between(begin, Instant.now()).compareTo(FRAME.multipliedBy(3)) > 0;
    }

    /** Makes the fault, and takes it away, when the scenario says so. */
    private void meddle(Bed bed, RolloutView view) {
        Instant now = Instant.now();
        if (scenario.strikesAt() > 0
                && !story.isStruck()
                && story.weight() == scenario.strikesAt()
                && view.phase().equals("Stepping")) {
            story.strike(now);
            scenario.strike(bed.player());
        }
        Instant struck = story.struckAt();
        if (struck != null
                && !scenario.lasts().isZero()
                && !story.isMended()
                && now.isAfter(struck.plus(scenario.lasts()))) {
            story.mend(now);
            scenario.mend(bed.player());
        }
    }

    private String outcome(RolloutView view, AgentLoad agents) {
        if (!view.hasEnded()) {
            return "Unfinished" + view.phase();
        }
        if (scenario == Scenario.OUTAGE && story.roseUnderFault()) {
            return "AdvancedDuringOutage";
        }
        if (scenario == Scenario.GOOD && agents.counts().failed() > 0) {
            return view.phase() + "WithFailedCalls";
        }
        return view.phase();
    }

    private Frame frame(ApiReader api, RolloutView view, AgentLoad agents) {
        return new Frame(
                scenario,
                story.seconds(Instant.now()),
                api.version(Scenario.STABLE),
                api.version(Scenario.CANARY),
                view,
                story.weight(),
                story.isStruck() && !story.isMended(),
                agents.counts(),
                story.decisions());
    }

    private static List<ToolCall> calls() {
        return List.of(
                ToolCall.of("search", Map.of("query", "ping")).expecting("ping measures"),
                ToolCall.of("get_current_time", Map.of("timezone", "Europe/Berlin"))
                        .expecting("T[0-9:.]+"),
                ToolCall.of("add", Map.of("a", 2, "b", 3)).expecting("5"),
                ToolCall.of("echo", Map.of("text", "hello")).expecting("hello"),
                ToolCall.of("count_words", Map.of("text", "one two three")).expecting("3"));
    }

    private static void setCanaryImage(Bed bed) {
        bed.kube()
                .jsonPatch(
                        "deployments.apps",
                        Scenario.NAMESPACE,
                        Scenario.CANARY,
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\""
                                + NEW_IMAGE + "\"}]");
    }

    /* For whoever wants to see what kubectl would have shown. */
    private void write(JsonNode rollout) {
        try {
            Files.writeString(folder.resolve("rollout-" + scenario.id() + ".json"), rollout.toPrettyString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
