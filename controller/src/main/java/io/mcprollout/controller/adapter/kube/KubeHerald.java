package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.api.v1alpha1.McpRollout;
import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.RolloutKey;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/**
 * Kubernetes Events: one per resource and reason, counted up when it happens again. Written by a thread of its own; what cannot be
 * written after some attempts, or comes when too many wait, is dropped.
 */
public final class KubeHerald implements Herald, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KubeHerald.class.getName());
    private static final int WAITING = 256;
    private static final int REMEMBERED = 1000;
    private static final int ATTEMPTS = 4;
    private static final long FIRST_PAUSE_MS = 250;
    private static final int LONGEST_NOTE = 1024;

    private final PromptClient api;
    private final Function<RolloutKey, Optional<GenericKubernetesResource>> rollouts;
    private final String instance;
    private final Clock clock;
    private final BlockingQueue<Told> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private final Map<String, Integer> counts = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Told(RolloutKey rollout, String uid, boolean warning, String reason, String message, Instant at) {}

    /**
     * Begins to write.
     *
     * @param rollouts the resource as it is known now
     * @param instance name of this controller's pod
     */
    public KubeHerald(
            PromptClient api,
            Function<RolloutKey, Optional<GenericKubernetesResource>> rollouts,
            String instance,
            Clock clock) {
        this.api = api;
        this.rollouts = rollouts;
        this.instance = instance;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("events").start(this::run);
    }

    @Override
    public void announce(RolloutKey rollout, boolean warning, String reason, String message) {
        String uid = rollouts.apply(rollout)
                .map(resource -> resource.getMetadata().getUid())
                .orElse("");
        if (!uid.isEmpty() && !queue.offer(new Told(rollout, uid, warning, reason, message, clock.instant()))) {
            LOG.log(System.Logger.Level.WARNING, "{0}: the event {1} is dropped, too many wait", rollout, reason);
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                write(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Told told) throws InterruptedException {
        String name = name(told);
        int count = counts.merge(name, 1, Integer::sum);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                if (count == 1) {
                    api.of(Kinds.EVENT)
                            .inNamespace(told.rollout().namespace())
                            .resource(event(told, name))
                            .create();
                } else {
                    api.merge(
                            Kinds.EVENT,
                            told.rollout().namespace(),
                            name,
                            again(told, count).toString());
                }
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() == 409) {
                    count = counts.merge(name, 1, Integer::sum);
                } else if (e.getCode() == 404) {
                    counts.put(name, 1);
                    count = 1;
                } else if (attempt == ATTEMPTS) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0}: the event {1} cannot be written: {2}",
                            told.rollout(),
                            told.reason(),
                            e.getMessage());
                } else {
                    Thread.sleep(FIRST_PAUSE_MS << attempt);
                }
            }
        }
    }

    private static String name(Told told) {
        int key = (told.uid() + "/" + told.reason()).hashCode();
        return told.rollout().name() + "." + Integer.toHexString(key);
    }

    private GenericKubernetesResource event(Told told, String name) {
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata")
                .put("name", name)
                .put("namespace", told.rollout().namespace());
        event.putObject("involvedObject")
                .put("apiVersion", McpRollout.GROUP + "/" + McpRollout.VERSION)
                .put("kind", McpRollout.KIND)
                .put("namespace", told.rollout().namespace())
                .put("name", told.rollout().name())
                .put("uid", told.uid());
        event.put("reason", told.reason());
        event.put("firstTimestamp", time(told));
        event.put("reportingComponent", "mcprollout.io/controller");
        event.put("reportingInstance", instance);
        event.putObject("source").put("component", "mcprollout");
        event.setAll(again(told, 1));
        return Json.MAPPER.convertValue(event, GenericKubernetesResource.class);
    }

    private static ObjectNode again(Told told, int count) {
        String note = told.message();
        return Json.MAPPER
                .createObjectNode()
                .put("type", told.warning() ? "Warning" : "Normal")
                .put("message", note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE - 1) + "…" : note)
                .put("count", count)
                .put("lastTimestamp", time(told));
    }

    private static String time(Told told) {
        return told.at().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
