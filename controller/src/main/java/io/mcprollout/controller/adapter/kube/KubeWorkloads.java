package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.port.Workloads;
import io.mcprollout.policy.rollout.Effect;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Deployments and pods, followed by watches: in a steady state looking at them costs no request. */
public final class KubeWorkloads implements Workloads, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KubeWorkloads.class.getName());

    /** Label that a ReplicaSet's template has and its Deployment's has not. */
    private static final String TEMPLATE_HASH = "pod-template-hash";

    private final PromptClient api;
    private final Nodes nodes;
    private final Autoscalers autoscalers;
    private final SubsetLabels subsets;
    private final Fence fence;
    private final Clock clock;
    private final Deployments deployments;
    private final Map<RolloutKey, Set<String>> subsetKeys = new ConcurrentHashMap<>();

    /**
     * Begins to watch.
     *
     * @param namespaces whose Deployments are watched; none: all
     * @param fence a Deployment is written only while it holds
     * @param changed hears of rollouts whose Deployments or pods changed; must not block
     */
    public KubeWorkloads(
            KubernetesClient client,
            PromptClient api,
            Set<String> namespaces,
            SubsetLabels subsets,
            Fence fence,
            Clock clock,
            Consumer<RolloutKey> changed) {
        this.api = api;
        this.nodes = new Nodes(api, clock);
        this.autoscalers = new Autoscalers(client, api, namespaces, clock);
        this.subsets = subsets;
        this.fence = fence;
        this.clock = clock;
        this.deployments = new Deployments(client, namespaces, changed);
    }

    /** Whether the Deployments that were there at the start are known. */
    public boolean isSynced() {
        return deployments.isSynced();
    }

    /** Namespaces in which a Deployment has fewer ready pods than it wants, as far as is known. */
    public Set<String> shortHanded() {
        return deployments.shortHanded();
    }

    @Override
    public Map<Slot, SlotView> observe(RolloutKey rollout, Setup setup, boolean pods) {
        Map<Slot, JsonNode> found = deployments.of(rollout, setup);
        Set<String> slotLabels = slotLabels(rollout, setup, found);
        if (!pods) {
            deployments.leavePods(rollout);
            autoscalers.forget(rollout);
        }
        Map<Slot, SlotView> views = new EnumMap<>(Slot.class);
        setup.deployments().forEach((slot, name) -> {
            JsonNode deployment = found.get(slot);
            views.put(
                    slot,
                    deployment == null
                            ? SlotView.absent(name)
                            : view(rollout, slot, deployment, revision(deployment, slotLabels, setup), pods));
        });
        return views;
    }

    private SlotView view(RolloutKey rollout, Slot slot, JsonNode deployment, Revision revision, boolean withPods) {
        Instant now = clock.instant();
        if (!withPods) {
            return SlotReader.coarse(deployment, revision, now);
        }
        DeploymentPods pods = deployments.pods(rollout, slot, deployment);
        return SlotReader.fine(
                deployment,
                pods.replicaSets(),
                pods.pods(),
                revision,
                now,
                nodes::look,
                autoscalers.of(rollout, Json.name(deployment)));
    }

    @Override
    public void scale(RolloutKey rollout, Setup setup, Slot slot, int replicas) {
        JsonNode deployment = deployments.of(rollout, setup).get(slot);
        if (deployment == null
                || deployment.path("spec").path("replicas").asInt(1) == replicas
                || autoscalers.of(rollout, Json.name(deployment)).isPresent()) {
            return;
        }
        ArrayNode patch = unchanged(deployment);
        patch.addObject().put("op", "add").put("path", "/spec/replicas").put("value", replicas);
        write(rollout, Json.name(deployment) + "/scale", patch);
    }

    /* Whoever was slow, or leads no more, changes nothing. */
    private static ArrayNode unchanged(JsonNode deployment) {
        ArrayNode patch = Json.MAPPER.createArrayNode();
        patch.addObject()
                .put("op", "test")
                .put("path", "/metadata/resourceVersion")
                .put(
                        "value",
                        deployment.path("metadata").path("resourceVersion").asText());
        return patch;
    }

    @Override
    public void copyTemplate(RolloutKey rollout, Setup setup, Slot from, Slot to, Revision judged) {
        Map<Slot, JsonNode> found = deployments.of(rollout, setup);
        JsonNode source = found.get(from);
        JsonNode target = found.get(to);
        if (source == null || target == null) {
            LOG.log(System.Logger.Level.WARNING, "{0}: a Deployment is gone, its template cannot be copied", rollout);
            return;
        }
        Set<String> slotLabels = slotLabels(rollout, setup, found);
        Revision present = revision(source, slotLabels, setup);
        if (!present.equals(judged)) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1} is not copied, {2} was judged", rollout, present, judged);
            return;
        }
        if (present.equals(revision(target, slotLabels, setup))) {
            return;
        }
        replace(rollout, target, copy(source, target, slotLabels));
    }

    @Override
    public void restoreTemplate(RolloutKey rollout, Setup setup, Effect.RestoreTemplate restore) {
        Map<Slot, JsonNode> found = deployments.of(rollout, setup);
        JsonNode target = found.get(restore.to());
        if (target == null || !found.containsKey(restore.from())) {
            LOG.log(System.Logger.Level.WARNING, "{0}: a Deployment is gone, no template can be put back", rollout);
            return;
        }
        Set<String> slotLabels = slotLabels(rollout, setup, found);
        if (!Optional.of(revision(target, slotLabels, setup)).equals(restore.over())) {
            return;
        }
        deployments.watchedPods(rollout, restore.from()).stream()
                .flatMap(pods -> pods.replicaSets().stream())
                .filter(set -> revision(set, slotLabels, setup).equals(restore.revision()))
                .findFirst()
                .ifPresent(set -> replace(rollout, target, copy(set, target, slotLabels)));
    }

    private void replace(RolloutKey rollout, JsonNode target, JsonNode template) {
        ArrayNode patch = unchanged(target);
        patch.addObject().put("op", "replace").put("path", "/spec/template").set("value", template);
        write(rollout, Json.name(target), patch);
    }

    private void write(RolloutKey rollout, String target, ArrayNode patch) {
        try {
            if (fence.holds()) {
                api.patch(Kinds.DEPLOYMENT, rollout.namespace(), target, patch);
            }
        } catch (KubernetesClientException e) {
            LOG.log(System.Logger.Level.WARNING, rollout + ": " + target + " is not written yet: " + e.getMessage());
        }
    }

    /** The source's template with the labels that make it the target's. */
    static JsonNode copy(JsonNode source, JsonNode target, Set<String> slotLabels) {
        ObjectNode template = source.path("spec").path("template").deepCopy();
        ObjectNode labels = template.withObject("/metadata/labels");
        labels.remove(slotLabels);
        labels.remove(TEMPLATE_HASH);
        target.path("spec")
                .path("template")
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> {
                    if (slotLabels.contains(label.getKey())) {
                        labels.set(label.getKey(), label.getValue());
                    }
                });
        return template;
    }

    /** Labels of the pods of a slot; empty while its Deployment is not there or not known. */
    public Optional<Map<String, String>> podLabels(RolloutKey rollout, Slot slot) {
        return deployments.glance(rollout, slot).map(deployment -> {
            Map<String, String> labels = new HashMap<>();
            deployment
                    .path("spec")
                    .path("template")
                    .path("metadata")
                    .path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return labels;
        });
    }

    /** Generation of a slot's Deployment; empty while it is not there or not known. */
    Optional<Long> generation(RolloutKey rollout, Slot slot) {
        return deployments
                .glance(rollout, slot)
                .map(deployment ->
                        deployment.path("metadata").path("generation").asLong());
    }

    /** Ends the watches that only this rollout needed. */
    public void forget(RolloutKey rollout) {
        deployments.forget(rollout);
        subsetKeys.remove(rollout);
        autoscalers.forget(rollout);
    }

    private static Revision revision(JsonNode deployment, Set<String> slotLabels, Setup setup) {
        return RevisionHash.of(deployment.path("spec").path("template"), slotLabels, Set.copyOf(setup.ignoredKeys()));
    }

    /*
     * Without the subsets' labels every revision would be another one, which would start a rollout; hence what was known stays known,
     * and what was never known is waited for.
     */
    private Set<String> slotLabels(RolloutKey rollout, Setup setup, Map<Slot, JsonNode> found) {
        Optional<Set<String>> told = subsets.keys(rollout, setup.routes());
        Set<String> known = subsetKeys.get(rollout);
        if (told.isPresent() && (known == null || !told.get().isEmpty())) {
            known = told.get().stream().map(String::intern).collect(Collectors.toUnmodifiableSet());
            subsetKeys.put(rollout, known);
        }
        if (known == null) {
            throw new IllegalStateException("the labels of the subsets are not known yet");
        }
        Set<String> keys = new HashSet<>(known);
        for (JsonNode deployment : found.values()) {
            JsonNode selector = deployment.path("spec").path("selector");
            selector.path("matchLabels").fieldNames().forEachRemaining(keys::add);
            selector.path("matchExpressions")
                    .forEach(expression -> keys.add(expression.path("key").asText()));
        }
        return keys;
    }

    @Override
    public void close() {
        autoscalers.close();
        deployments.close();
    }
}
