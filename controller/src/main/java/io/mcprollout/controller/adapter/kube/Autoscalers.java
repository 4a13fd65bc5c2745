package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.controller.watch.Watch;
import io.mcprollout.policy.rollout.SlotView.Scaler;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who besides people sets the replicas of Deployments: HorizontalPodAutoscalers and KEDA's ScaledObjects, watched while it matters. */
final class Autoscalers implements AutoCloseable {
    private static final String KEDA = "scaledobjects.keda.sh";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Scaler UNKNOWN = new Scaler("whatever scales it (autoscalers cannot be watched)", false, "");

    private final KubernetesClient client;
    private final PromptClient api;
    private final Map<String, Namespace> namespaces = new HashMap<>();

    /** The autoscalers of a namespace and the rollouts to which they matter. */
    private record Namespace(List<Watch<Target>> watches, Set<RolloutKey> rollouts) {}

    /** What an autoscaler scales. */
    private record Target(ObjectName scaler, String kind, String name) {
        /* A ScaledObject without a kind means a Deployment. */
        static Target of(JsonNode scaler) {
            JsonNode target = scaler.path("spec").path("scaleTargetRef");
            return new Target(
                    ObjectName.of(scaler),
                    target.path("kind").asText("Deployment"),
                    target.path("name").asText());
        }
    }

    Autoscalers(KubernetesClient client, PromptClient api) {
        this.client = client;
        this.api = api;
    }

    /** Who scales a Deployment of a rollout's namespace; watches from the first question on. What cannot be seen is taken for somebody. */
    Optional<Scaler> of(RolloutKey rollout, String deployment) {
        List<Watch<Target>> watches = follow(rollout);
        if (!watches.stream().allMatch(Watch::isSynced)) {
            return Optional.of(UNKNOWN);
        }
        return watches.stream()
                .flatMap(watch -> watch.facets().stream()
                        .filter(target -> target.kind().equals("Deployment")
                                && target.name().equals(deployment))
                        .flatMap(target -> watch.get(target.scaler()).stream()))
                .findFirst()
                .map(Autoscalers::read);
    }

    private synchronized List<Watch<Target>> follow(RolloutKey rollout) {
        Namespace namespace = namespaces.get(rollout.namespace());
        if (namespace == null) {
            namespace = new Namespace(watches(rollout.namespace()), new HashSet<>());
            namespaces.put(rollout.namespace(), namespace);
            namespace.watches().forEach(watch -> watch.awaitSynced(PATIENCE));
        }
        namespace.rollouts().add(rollout);
        return namespace.watches();
    }

    /* ScaledObjects come first: the HorizontalPodAutoscaler that KEDA makes of one is changed through it. */
    private List<Watch<Target>> watches(String namespace) {
        Watch<Target> pods = watch(Kinds.AUTOSCALER, namespace);
        return hasKeda() ? List.of(watch(Kinds.SCALED_OBJECT, namespace), pods) : List.of(pods);
    }

    private Watch<Target> watch(ResourceDefinitionContext kind, String namespace) {
        return new Watch<>(
                List.of(client.genericKubernetesResources(kind).inNamespace(namespace)),
                Kept.lean(Target::of),
                changed -> {});
    }

    private boolean hasKeda() {
        try {
            return api.of(Kinds.CRD).withName(KEDA).get() != null;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    /** It matters to this rollout no longer. */
    synchronized void forget(RolloutKey rollout) {
        Namespace namespace = namespaces.get(rollout.namespace());
        if (namespace != null
                && namespace.rollouts().remove(rollout)
                && namespace.rollouts().isEmpty()) {
            namespaces.remove(rollout.namespace());
            namespace.watches().forEach(Watch::close);
        }
    }

    private static Scaler read(JsonNode scaler) {
        boolean keda = scaler.path("kind").asText().equals("ScaledObject");
        String path = keda ? "spec.advanced.horizontalPodAutoscalerConfig.behavior" : "spec.behavior";
        JsonNode behavior = scaler.at("/" + path.replace('.', '/'));
        boolean mayShrink =
                !behavior.path("scaleDown").path("selectPolicy").asText().equals("Disabled");
        String name = scaler.path("kind").asText() + " "
                + scaler.path("metadata").path("name").asText();
        return new Scaler(
                name,
                mayShrink,
                name + " may take stable's pods away while little traffic goes there, and a rollback would land on few;"
                        + " set its " + path + ".scaleDown.selectPolicy to Disabled");
    }

    @Override
    public synchronized void close() {
        namespaces.values().forEach(namespace -> namespace.watches().forEach(Watch::close));
        namespaces.clear();
    }
}
