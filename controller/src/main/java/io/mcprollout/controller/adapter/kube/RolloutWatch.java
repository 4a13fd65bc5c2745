package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.port.RolloutKey;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The McpRollouts of one class and the McpRolloutPolicies of the watched namespaces. */
public final class RolloutWatch implements AutoCloseable {
    private final Watch rollouts;
    private final Watch policies;
    private final Optional<String> own;
    private final Consumer<RolloutKey> changed;

    /**
     * Begins to watch.
     *
     * @param namespaces to be watched; none: all
     * @param own class of the McpRollouts to be carried out; empty: those without one
     * @param changed hears of every rollout that appears, changes or goes, or whose policy does; must not block
     */
    public RolloutWatch(
            KubernetesClient client, Set<String> namespaces, Optional<String> own, Consumer<RolloutKey> changed) {
        this.changed = changed;
        this.own = own;
        this.rollouts = new Watch(scopes(client, Kinds.ROLLOUT, namespaces), resource -> changed.accept(key(resource)));
        this.policies = new Watch(scopes(client, Kinds.POLICY, namespaces), this::policyChanged);
    }

    private static List<Informable<GenericKubernetesResource>> scopes(
            KubernetesClient client, ResourceDefinitionContext kind, Set<String> namespaces) {
        var all = client.genericKubernetesResources(kind);
        return namespaces.isEmpty()
                ? List.of(all.inAnyNamespace())
                : namespaces.stream()
                        .<Informable<GenericKubernetesResource>>map(all::inNamespace)
                        .toList();
    }

    private void policyChanged(GenericKubernetesResource policy) {
        keys().stream()
                .filter(key -> key.namespace().equals(policy.getMetadata().getNamespace()))
                .forEach(changed);
    }

    /** Whether everything that was there at the start is known. */
    public boolean isSynced() {
        return rollouts.isSynced() && policies.isSynced();
    }

    /** All rollouts that are known. */
    public Set<RolloutKey> keys() {
        return rollouts.all().stream()
                .filter(this::isOwn)
                .map(RolloutWatch::key)
                .collect(Collectors.toSet());
    }

    /** The resource as it is known now. */
    public Optional<GenericKubernetesResource> get(RolloutKey rollout) {
        return rollouts.get(rollout.namespace(), rollout.name()).filter(this::isOwn);
    }

    private boolean isOwn(GenericKubernetesResource rollout) {
        JsonNode wanted = Json.field(rollout, "spec").path("controllerClass");
        return (wanted.isTextual() ? Optional.of(wanted.asText()) : Optional.empty()).equals(own);
    }

    /** Those of other classes, too: they may be rivals for a route. */
    Collection<GenericKubernetesResource> all() {
        return rollouts.all();
    }

    void learn(GenericKubernetesResource written) {
        rollouts.learn(written);
    }

    /** Numbers of a McpRolloutPolicy; empty when there is none or it cannot be read. */
    Optional<PolicyNumbers> policy(String namespace, String name) {
        return policies.get(namespace, name).flatMap(resource -> {
            try {
                return Optional.of(Json.MAPPER.convertValue(Json.field(resource, "spec"), PolicyNumbers.class));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }

    private static RolloutKey key(GenericKubernetesResource resource) {
        return new RolloutKey(
                resource.getMetadata().getNamespace(), resource.getMetadata().getName());
    }

    @Override
    public void close() {
        rollouts.close();
        policies.close();
    }
}
