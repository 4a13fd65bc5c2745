package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.watch.Followers;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.controller.watch.Watch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The McpRollouts of one class and the McpRolloutPolicies of the watched namespaces. */
public final class RolloutWatch implements AutoCloseable {
    private final Watch<Listed> rollouts;
    private final Watch<Kept.Nothing> policies;
    /* Which want VirtualServices of other namespaces. */
    private final Followers abroad = new Followers();
    private final Optional<String> own;
    private final Consumer<RolloutKey> changed;

    /** @param wants names of the Deployments and VirtualServices that it wants */
    private record Listed(RolloutKey key, Optional<String> controllerClass, boolean isUnderWay, Set<String> wants) {
        static Listed of(JsonNode rollout) {
            boolean underWay = rollout.at("/metadata/finalizers")
                    .valueStream()
                    .anyMatch(finalizer -> finalizer.asText().equals(KubeRolloutStore.FINALIZER));
            return new Listed(
                    RolloutWatch.key(ObjectName.of(rollout).interned()),
                    RolloutWatch.controllerClass(rollout.path("spec")),
                    underWay,
                    Rivals.names(rollout.path("spec")));
        }
    }

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
        this.rollouts = new Watch<>(
                Watch.scopes(client, Kinds.ROLLOUT, namespaces),
                Kept.withManagers(this::listed),
                name -> changed.accept(key(name)));
        this.policies = new Watch<>(Watch.scopes(client, Kinds.POLICY, namespaces), Kept.lean(), this::policyChanged);
    }

    /* Heard of whatever way a rollout comes to be known, so that no rival abroad is missed. */
    private Listed listed(JsonNode rollout) {
        Listed listed = Listed.of(rollout);
        String namespace = listed.key().namespace();
        Set<ObjectName> services = new HashSet<>(Rivals.services(namespace, rollout.path("spec")));
        services.removeIf(service -> service.namespace().equals(namespace));
        if (services.isEmpty()) {
            abroad.forget(listed.key());
        } else {
            abroad.follow(listed.key(), services);
        }
        return listed;
    }

    private void policyChanged(ObjectName policy) {
        keys(rollouts.facets(policy.namespace())).forEach(changed);
    }

    /** Whether everything that was there at the start is known. */
    public boolean isSynced() {
        return rollouts.isSynced() && policies.isSynced();
    }

    /** All rollouts that are known. */
    public Set<RolloutKey> keys() {
        return keys(rollouts.facets());
    }

    /** Those of which an attempt was under way when they were written last. */
    public Set<RolloutKey> underWay() {
        return keys(rollouts.facets().stream().filter(Listed::isUnderWay).toList());
    }

    private Set<RolloutKey> keys(Collection<Listed> listed) {
        return listed.stream()
                .filter(one -> one.controllerClass().equals(own))
                .map(Listed::key)
                .collect(Collectors.toSet());
    }

    /** The resource as it is known now. */
    public Optional<GenericKubernetesResource> get(RolloutKey rollout) {
        return rollouts.get(name(rollout))
                .filter(found -> controllerClass(found.path("spec")).equals(own))
                .map(Json::resource);
    }

    /** Whether there is such a resource and it is to be carried out. */
    public boolean isOurs(RolloutKey rollout) {
        return rollouts.facet(name(rollout))
                .filter(listed -> listed.controllerClass().equals(own))
                .isPresent();
    }

    private static Optional<String> controllerClass(JsonNode spec) {
        return Optional.of(spec.path("controllerClass"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    /* Asked at every look of every rollout, and a namespace may have thousands: only those are unpacked that share a name. */
    /** Those of any class that may want a Deployment or route that this one wants; not itself. */
    Collection<GenericKubernetesResource> rivals(RolloutKey rollout, GenericKubernetesResource resource) {
        JsonNode spec = Json.field(resource, "spec");
        Set<String> wanted = Rivals.names(spec);
        Set<ObjectName> services = Rivals.services(rollout.namespace(), spec);
        Set<RolloutKey> rivals = new HashSet<>();
        Stream.concat(Stream.of(rollout.namespace()), services.stream().map(ObjectName::namespace))
                .distinct()
                .flatMap(namespace -> rollouts.facets(namespace).stream())
                .filter(other -> !Collections.disjoint(wanted, other.wants()))
                .forEach(other -> rivals.add(other.key()));
        services.forEach(service -> rivals.addAll(abroad.of(service)));
        rivals.remove(rollout);
        List<GenericKubernetesResource> known = new ArrayList<>();
        rivals.forEach(other -> resource(other).ifPresentOrElse(known::add, () -> abroad.forget(other)));
        return known;
    }

    private Optional<GenericKubernetesResource> resource(RolloutKey rollout) {
        return rollouts.get(name(rollout)).map(Json::resource);
    }

    void learn(GenericKubernetesResource written) {
        rollouts.learn(Json.MAPPER.valueToTree(written));
    }

    /** Numbers of a McpRolloutPolicy; empty when there is none or it cannot be read. */
    Optional<PolicyNumbers> policy(String namespace, String name) {
        return policies.get(new ObjectName(namespace, name)).flatMap(policy -> {
            try {
                return Optional.of(Json.MAPPER.convertValue(policy.path("spec"), PolicyNumbers.class));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }

    private static ObjectName name(RolloutKey rollout) {
        return new ObjectName(rollout.namespace(), rollout.name());
    }

    private static RolloutKey key(ObjectName rollout) {
        return new RolloutKey(rollout.namespace(), rollout.name());
    }

    @Override
    public void close() {
        rollouts.close();
        policies.close();
    }
}
