package io.mcprollout.sandbox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.envoy.EnvoyGateway;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.PackagedController;
import io.mcprollout.sandbox.story.ApiReader;
import io.mcprollout.sandbox.story.Patience;
import io.mcprollout.sandbox.story.RolloutView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** One release of a server with sessions, from an empty cluster to its end, with agents on every official client whose sessions span it. */
final class SessionRun {

    private static final String NAMESPACE = "e2e";
    private static final String CANARY = "server-canary";
    private static final int FAULT_STEP_WEIGHT = 50;
    /* so that there are sessions which the rollback could cut */
    private static final Duration BEFORE_FAULT = Duration.ofSeconds(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration FRAME = Duration.ofMillis(200);

    private final SessionPlay play;
    private final E2eParts parts;
    private final SessionAgents.Schedule schedule;
    private final Path folder;
    private final Path fault;
    private final Consumer<String> console;
    private String said = "";

    /** How a run ended, and what became of the sessions of each client. */
    record Result(String phase, List<SessionRow> rows) {
        Result {
            rows = List.copyOf(rows);
        }
    }

    /** Logs go to the run's folder, what the controller says to {@code console}. */
    SessionRun(SessionPlay play, E2eParts parts, SessionAgents.Schedule schedule, Consumer<String> console) {
        this.play = play;
        this.parts = parts;
        this.schedule = schedule;
        this.console = console;
        folder = parts.folder("sessions-" + play.id());
        fault = folder.resolve("fault");
    }

    /** Plays it. */
    Result play() {
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(fault);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be prepared", e);
        }
        MeshSettings plain = MeshSettings.of(NAMESPACE + "/mcp-gateway");
        MeshSettings settings = play.pinning().equals("Gateway") ? plain.pinningSessions() : plain;
        try (Bed bed = Bed.start(
                parts.crds(),
                PlayerSettings.defaults(),
                (vertx, config) ->
                        EnvoyGateway.start(vertx, config, settings, parts.envoy(), folder.resolve("envoy")))) {
            manifests().forEach(bed.kube()::apply);
            ApiReader api = new ApiReader(bed.kube().url(), NAMESPACE, "server");
            try (PackagedController controller = PackagedController.start(
                    bed.launch(Objects.requireNonNull(parts.controller().getParent()), folder.resolve("controller.log"))
                            .withFlags(List.of("-XX:+UseSerialGC", "-Xmx128m")))) {
                controller.awaitReady(START_LIMIT);
                Patience.await(
                        "both versions to be up",
                        START_LIMIT,
                        () -> api.version("server-stable").isUp()
                                && api.version(CANARY).isUp());
                Patience.await(
                        "the rollout to rest",
                        START_LIMIT,
                        () -> api.rollout().phase().equals("Idle"));
                return release(bed, api);
            }
        }
    }

    private List<String> manifests() {
        String rollout = Packed.text("/e2e/sessions/rollout.yaml")
                .replace("@PINNING@", play.pinning())
                .replace("@MODE@", play.mode())
                .replace(
                        "@ROUTES@",
                        play.mode().equals("Delegate") ? "[{name: server-rollout}]" : "[{name: server, routes: [mcp]}]")
                .replace("@CHECK@", play.server() == SessionPlay.Server.MINTING ? "- {name: check}" : "");
        String route = Packed.text(
                play.mode().equals("Delegate") ? "/e2e/sessions/root-route.yaml" : "/e2e/sessions/route.yaml");
        String server = Packed.text("/e2e/sessions/" + play.server().file()).replace("@FAULT@", fault.toString());
        return List.of(Packed.text("/e2e/sessions/service.yaml"), server, route, rollout);
    }

    private Result release(Bed bed, ApiReader api) {
        List<SessionAgents> agents = new ArrayList<>();
        try {
            for (SessionClient client : SessionClient.values()) {
                agents.add(SessionAgents.start(
                        client, schedule, parts, bed.vertx(), bed.mesh().port(), folder));
            }
            Patience.await(
                    "agents on every client to be served",
                    START_LIMIT,
                    () -> agents.stream().allMatch(each -> each.calls() >= 2));
            Instant begin = Instant.now();
            release(bed);
            RolloutView view = follow(api, begin);
            boolean ended = agents.stream().allMatch(each -> each.awaitEnd(LIMIT));
            agents.forEach(each -> each.failed().forEach(failed -> tell(begin, failed)));
            List<SessionRow> rows = agents.stream()
                    .map(each -> each.row(play.id(), SessionRun::onCanary))
                    .toList();
            return new Result(ended ? view.phase() : "SessionsWithoutEnd", rows);
        } finally {
            agents.forEach(SessionAgents::close);
        }
    }

    /* The route's own header in Patch mode, the incarnation of the candidate's slot in Delegate mode. */
    private static boolean onCanary(SessionRow.Minted session) {
        return session.variant().equals("canary") || session.variant().startsWith("b-");
    }

    private void tell(Instant begin, SessionAgents.Failed failed) {
        if (play.isKept()) {
            console.accept(String.format(
                    Locale.ROOT,
                    "  %6.1f s  failed %s (%s): %s",
                    seconds(begin, failed.at()),
                    failed.kind(),
                    failed.client().id(),
                    failed.error()));
        }
    }

    private static double seconds(Instant begin, Instant at) {
        return Duration.between(begin, at).toMillis() / 1000.0;
    }

    /** Until the end or the limit. */
    private RolloutView follow(ApiReader api, Instant begin) {
        RolloutView view = api.rollout();
        boolean struck = !play.fails();
        Optional<Instant> due = Optional.empty();
        while (!isOver(view, begin) && Instant.now().isBefore(begin.plus(LIMIT))) {
            Patience.pause(FRAME);
            view = api.rollout();
            tell(begin, view);
            if (due.isEmpty() && view.weight() == FAULT_STEP_WEIGHT) {
                due = Optional.of(Instant.now().plus(BEFORE_FAULT));
            }
            if (!struck && due.isPresent() && Instant.now().isAfter(due.get())) {
                struck = true;
                strike();
                console.accept(
                        String.format(Locale.ROOT, "  %6.1f s  the fault begins", seconds(begin, Instant.now())));
            }
        }
        return view;
    }

    private void strike() {
        try {
            Files.createFile(fault);
        } catch (IOException e) {
            throw new UncheckedIOException(fault + " cannot be made", e);
        }
    }

    private void tell(Instant begin, RolloutView view) {
        String now = String.format(Locale.ROOT, "%-11s %3d %%  %s", view.phase(), view.weight(), view.message());
        String event = view.phase() + view.weight() + view.message().replaceAll("[0-9.]+", "");
        if (!event.equals(said)) {
            said = event;
            console.accept(String.format(Locale.ROOT, "  %6.1f s  %s", seconds(begin, Instant.now()), now));
        }
    }

    /* Before the controller has seen the new image, the status still tells of the time before. */
    private static boolean isOver(RolloutView view, Instant begin) {
        return view.hasEnded() && Instant.now().isAfter(begin.plus(FRAME.multipliedBy(3)));
    }

    /** Makes the canary's Deployment run the new version. */
    private void release(Bed bed) {
        bed.kube().update("deployments.apps", NAMESPACE, CANARY, deployment -> {
            ObjectNode container = (ObjectNode) deployment.at("/spec/template/spec/containers/0");
            container.put("image", play.server().next());
            for (JsonNode variable : container.path("env")) {
                if (Arrays.asList("SERVER", "MCP_VERSION")
                        .contains(variable.path("name").asText())) {
                    ((ObjectNode) variable)
                            .put(
                                    "value",
                                    variable.path("value")
                                            .asText()
                                            .replaceAll(
                                                    "[0-9.]+$", play.server().version()));
                }
            }
            return deployment;
        });
    }
}
