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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/*
 * One watch per kind over all watched namespaces, while anything is rolled out: a watch for each namespace would be a connection and a
 * list for each, and hundreds of rollouts that begin together would wait for one another.
 */
/** Who besides people sets the replicas of Deployments: HorizontalPodAutoscalers and KEDA's ScaledObjects, watched while it matters. */
final class Autoscalers implements AutoCloseable {
    private static final String KEDA = "scaledobjects.keda.sh";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);
    private static final Scaler UNKNOWN = new Scaler("whatever scales it (autoscalers cannot be watched)", false, "");

    private final KubernetesClient client;
    private final PromptClient api;
    private final Set<String> namespaces;
    private final Clock clock;
    private final Set<RolloutKey> rollouts = new HashSet<>();
    private final Deque<Watch<Target>> watches = new ArrayDeque<>();
    private Optional<Instant> kedaMissing = Optional.empty();

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

    /** Those of these namespaces; none: of all. */
    Autoscalers(KubernetesClient client, PromptClient api, Set<String> namespaces, Clock clock) {
        this.client = client;
        this.api = api;
        this.namespaces = namespaces;
        this.clock = clock;
    }

    /** Who scales a Deployment of a rollout's namespace; watches from the first question on. What cannot be seen is taken for somebody. */
    Optional<Scaler> of(RolloutKey rollout, String deployment) {
        List<Watch<Target>> known = follow(rollout);
        if (!known.stream().allMatch(Watch::isSynced)) {
            return Optional.of(UNKNOWN);
        }
        return known.stream()
                .flatMap(watch -> watch.facets(rollout.namespace()).stream()
                        .filter(target -> target.kind().equals("Deployment")
                                && target.name().equals(deployment))
                        .flatMap(target -> watch.get(target.scaler()).stream()))
                .findFirst()
                .map(Autoscalers::read);
    }

    private List<Watch<Target>> follow(RolloutKey rollout) {
        List<Watch<Target>> known;
        synchronized (this) {
            if (!rollouts.add(rollout)) {
                return List.copyOf(watches);
            }
            begin();
            known = List.copyOf(watches);
        }
        known.forEach(watch -> watch.awaitSynced(PATIENCE));
        return known;
    }

    /* ScaledObjects come first: the HorizontalPodAutoscaler that KEDA makes of one is changed through it. */
    private void begin() {
        if (watches.isEmpty()) {
            watches.addLast(watch(Kinds.AUTOSCALER));
        }
        Instant now = clock.instant();
        boolean asks =
                kedaMissing.map(then -> now.isAfter(then.plus(ASK_AGAIN))).orElse(watches.size() == 1);
        if (asks) {
            boolean there = hasKeda();
            kedaMissing = there ? Optional.empty() : Optional.of(now);
            if (there) {
                watches.addFirst(watch(Kinds.SCALED_OBJECT));
            }
        }
    }

    private Watch<Target> watch(ResourceDefinitionContext kind) {
        return new Watch<>(Watch.scopes(client, kind, namespaces), Kept.lean(Target::of), changed -> {});
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
        if (rollouts.remove(rollout) && rollouts.isEmpty()) {
            close();
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
        watches.forEach(Watch::close);
        watches.clear();
        kedaMissing = Optional.empty();
    }
}
