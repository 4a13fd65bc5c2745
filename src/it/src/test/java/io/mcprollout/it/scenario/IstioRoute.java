package io.mcprollout.it.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.it.istio.IstioBed;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A user's VirtualService in an API server, with rules, labels and unknown fields of their own, behind the router for Istio. */
final class IstioRoute implements Route, AutoCloseable {
    private static final String SERVICE = "mcp-server";

    private final IstioBed bed = new IstioBed().withDestinationRule().withService(SERVICE, 100, 0);
    private final List<Integer> shares = new ArrayList<>(List.of(0));
    private Runnable written = () -> {};

    /** The whole object, but for what belongs to one version of it, and to a rollout under way. */
    JsonNode whatIsTheUsers() {
        ObjectNode object = object().deepCopy();
        ((ObjectNode) object.path("metadata")).remove(List.of("resourceVersion", "generation", "managedFields"));
        ArrayNode rules = (ArrayNode) object.at("/spec/http");
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (rules.get(i).path("name").asText().startsWith("mcprollout-")) {
                rules.remove(i);
            }
        }
        rules.forEach(rule -> rule.path("route").forEach(target -> ((ObjectNode) target).remove("weight")));
        return object;
    }

    /** Somebody else labels it. */
    void label(String key, String value) {
        bed.api.mergePatch("virtualservices", IstioBed.NAMESPACE, SERVICE, """
                {"metadata": {"labels": {"%s": "%s"}}}""".formatted(key, value));
    }

    private ObjectNode object() {
        return bed.object(SERVICE);
    }

    @Override
    public int share() {
        return bed.weights(SERVICE, "mcp").get(1);
    }

    @Override
    public List<Integer> shares() {
        return shares;
    }

    @Override
    public boolean hasRules() {
        return object().at("/spec/http/0/name").asText().startsWith("mcprollout-");
    }

    @Override
    public void onWrite(Runnable action) {
        written = action;
    }

    @Override
    public Traffic observe(RolloutKey rollout, Routes routes, Slot stable) {
        return bed.router().observe(rollout, routes, stable);
    }

    @Override
    public List<Problem> check(RolloutKey rollout, Routes routes) {
        return bed.router().check(rollout, routes);
    }

    @Override
    public Paths paths(RolloutKey rollout, Routes routes, List<ProbeSpec> probes) {
        return bed.router().paths(rollout, routes, probes);
    }

    @Override
    public Optional<String> gitManager(RolloutKey rollout, Routes routes) {
        return bed.router().gitManager(rollout, routes);
    }

    @Override
    public Written hold(RolloutKey rollout, Routes routes, TrafficPlan plan, Traffic seen) {
        return noted(bed.router().hold(rollout, routes, plan, seen));
    }

    @Override
    public Written release(RolloutKey rollout, Routes routes, Slot stable) {
        return noted(bed.router().release(rollout, routes, stable));
    }

    private Written noted(Written result) {
        if (result instanceof Written.Done done && done.changed()) {
            int share = share();
            if (shares.getLast() != share) {
                shares.add(share);
            }
            written.run();
        }
        return result;
    }

    @Override
    public void close() {
        bed.close();
    }
}
