package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A pod's only container from pull to end: restarts it with back-off when it dies. Used from the player's thread only. */
final class PodRun {

    /** Who hears of a run. */
    interface Listener {
        /** The program listens and has been seen by nobody yet. */
        void started(PodRun run);

        /** What the pod's status says of the run is no longer true. */
        void changed(PodRun run);
    }

    private final PlayerThread thread;
    private final PlayerSettings settings;
    private final Images images;
    private final Listener listener;
    private final ObjectNode pod;
    private final JsonNode container;
    private ContainerState state = new ContainerState.Waiting("ContainerCreating", "");
    private ContainerState.@Nullable Terminated last;
    private Program.@Nullable Running running;
    private @Nullable ReadinessProbe probe;
    private String imageId = "";
    private int restarts;
    private boolean ready;
    private boolean ended;

    PodRun(PlayerThread thread, PlayerSettings settings, Images images, ObjectNode pod, Listener listener) {
        this.thread = thread;
        this.settings = settings;
        this.images = images;
        this.pod = pod;
        this.listener = listener;
        container = pod.at("/spec/containers/0");
    }

    /** The pod as it was when it came to its node. */
    ObjectNode pod() {
        return pod;
    }

    /** The program while it runs. */
    Program.@Nullable Running running() {
        return running;
    }

    /** The port of the running program, 0 while none runs. */
    int port() {
        return running == null ? 0 : running.port();
    }

    boolean ready() {
        return ready;
    }

    ContainerState state() {
        return state;
    }

    /** Pulls the image and starts the container. */
    void begin() {
        if (pod.at("/spec/containers").size() != 1) {
            become(new ContainerState.Waiting(
                    "CreateContainerConfigError", "the sandbox runs pods of exactly one container"));
            return;
        }
        pull();
    }

    /** Ends the container for good. */
    void end() {
        ended = true;
        stopProbing();
        if (running != null) {
            running.stop();
            running = null;
        }
    }

    /** The member of {@code containerStatuses}. */
    ObjectNode toJson() {
        ObjectNode json = Json.object().put("name", container.path("name").asText());
        json.set("state", state.toJson());
        json.set("lastState", last == null ? Json.object() : last.toJson());
        return json.put("ready", ready)
                .put("restartCount", restarts)
                .put("image", container.path("image").asText())
                .put("imageID", imageId)
                .put("started", state instanceof ContainerState.Running);
    }

    private String image() {
        return container.path("image").asText();
    }

    private void pull() {
        if (ended) {
            return;
        }
        switch (images.pull(image(), container.has("command"))) {
            case Images.Pull.Refused refused -> {
                become(new ContainerState.Waiting("ErrImagePull", refused.message()));
                thread.after(settings.pullRetry().dividedBy(2), this::backOffPulling);
            }
            case Images.Pull.Done done -> {
                imageId = done.imageId();
                start(done.program());
            }
        }
    }

    private void backOffPulling() {
        if (!ended) {
            become(new ContainerState.Waiting("ImagePullBackOff", "Back-off pulling image \"" + image() + "\""));
            thread.after(settings.pullRetry().dividedBy(2), this::pull);
        }
    }

    private void start(Program program) {
        if (ended) {
            return;
        }
        Instant started = settings.clock().instant();
        try {
            Program.Running now = program.start(launch());
            running = now;
            listener.started(this);
            become(new ContainerState.Running(started));
            probe = ReadinessProbe.start(container.path("readinessProbe"), now.port(), thread, this::readiness);
            now.exit()
                    .thenAccept(exit -> thread.execute(() -> {
                        if (now.equals(running)) {
                            exited(program, exit, "", started);
                        }
                    }));
        } catch (Exception e) { // whatever a program throws, its container could not be created
            exited(program, new Exit(128, "StartError"), Objects.toString(e.getMessage()), started);
        }
    }

    private void readiness(boolean now) {
        ready = now;
        listener.changed(this);
    }

    private void exited(Program program, Exit exit, String message, Instant started) {
        stopProbing();
        running = null;
        last = new ContainerState.Terminated(
                exit, message, started, settings.clock().instant());
        Duration wait = settings.beforeRestart(restarts + 1);
        if (ended) {
            return;
        }
        become(
                wait.isZero()
                        ? last
                        : new ContainerState.Waiting(
                                "CrashLoopBackOff",
                                "back-off " + wait.toSeconds() + "s restarting failed container="
                                        + container.path("name").asText() + " pod=" + Json.meta(pod, "name")));
        thread.after(wait, () -> {
            if (!ended) {
                restarts++;
                start(program);
            }
        });
    }

    private void stopProbing() {
        ready = false;
        if (probe != null) {
            probe.stop();
            probe = null;
        }
    }

    private void become(ContainerState next) {
        state = next;
        listener.changed(this);
    }

    private Launch launch() {
        List<String> command = new ArrayList<>();
        container.path("command").forEach(part -> command.add(part.asText()));
        container.path("args").forEach(part -> command.add(part.asText()));
        return new Launch(
                Json.meta(pod, "name"),
                image(),
                command,
                ContainerEnv.of(pod, container),
                container.path("workingDir").asText(""),
                settings.logs().resolve(Json.meta(pod, "name") + ".log"));
    }
}
