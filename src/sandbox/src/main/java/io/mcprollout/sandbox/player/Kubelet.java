package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Runs the pods of all nodes and keeps their status. Used from the player's thread only. */
final class Kubelet implements PodRun.Listener {

    /** Keeps a deleted pod until its container has ended. */
    static final String FINALIZER = "sandbox.mcprollout.io/running";

    /** The annotation that carries the port on which a pod listens: all pods share one address. */
    static final String PORT = "sandbox.mcprollout.io/port";

    private final KubeApi kube;
    private final PlayerThread thread;
    private final PlayerSettings settings;
    private final Images images;
    private final Consumer<PodRun> started;
    private final Map<String, PodRun> runs = new HashMap<>();
    private final Set<String> ending = new HashSet<>();

    /** {@code started} is told of every run whose program has just started. */
    Kubelet(KubeApi kube, PlayerThread thread, PlayerSettings settings, Images images, Consumer<PodRun> started) {
        this.kube = kube;
        this.thread = thread;
        this.settings = settings;
        this.images = images;
        this.started = started;
    }

    /** Starts what is new, ends what is deleted, forgets what is gone. */
    void sync(List<ObjectNode> pods) {
        Set<String> there = new HashSet<>();
        for (ObjectNode pod : pods) {
            String uid = Json.meta(pod, "uid");
            there.add(uid);
            if (Owned.isDeleted(pod)) {
                if (ending.add(uid)) {
                    thread.after(settings.grace(), () -> finish(pod));
                }
            } else if (!runs.containsKey(uid)
                    && !pod.at("/spec/nodeName").asText("").isEmpty()) {
                PodRun run = new PodRun(thread, settings, images, pod, this);
                runs.put(uid, run);
                run.begin();
            }
        }
        for (String uid : List.copyOf(runs.keySet())) {
            if (!there.contains(uid)) {
                end(uid);
            }
        }
        ending.retainAll(there);
    }

    /** The runs of all pods that are on a node. */
    List<PodRun> runs() {
        return new ArrayList<>(runs.values());
    }

    /** Ends everything. */
    void close() {
        List.copyOf(runs.keySet()).forEach(this::end);
    }

    private void end(String uid) {
        PodRun run = runs.remove(uid);
        if (run != null) {
            run.end();
        }
    }

    private void finish(ObjectNode pod) {
        end(Json.meta(pod, "uid"));
        ifThere(() -> kube.update("pods", Json.meta(pod, "namespace"), Json.meta(pod, "name"), now -> {
            ArrayNode left = Json.array();
            for (JsonNode finalizer : now.at("/metadata/finalizers")) {
                if (!finalizer.asText().equals(FINALIZER)) {
                    left.add(finalizer);
                }
            }
            Json.metadata(now).set("finalizers", left);
            return now;
        }));
    }

    @Override
    public void changed(PodRun run) {
        String namespace = Json.meta(run.pod(), "namespace");
        String name = Json.meta(run.pod(), "name");
        ifThere(() -> {
            String port = Integer.toString(run.port());
            ObjectNode pod = kube.get("pods", namespace, name).orElse(run.pod());
            if (run.port() != 0
                    && !pod.at("/metadata/annotations").path(PORT).asText().equals(port)) {
                kube.update("pods", namespace, name, now -> {
                    Json.child(Json.metadata(now), "annotations").put(PORT, port);
                    return now;
                });
            }
            kube.updateStatus("pods", namespace, name, now -> {
                now.set("status", PodStatus.of(now, run, settings.clock().instant()));
                return now;
            });
        });
    }

    @Override
    public void started(PodRun run) {
        started.accept(run);
    }

    /* The pod may have gone between being read and being written. */
    private static void ifThere(Runnable write) {
        try {
            write.run();
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }
}
