package io.mcprollout.controller.adapter.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a VirtualService looks like: going back leaves the candidate nothing, and everything else is given back. */
class RouteEditProperties {
    private static final String HOST = "mcp-server.mcp-services.svc.cluster.local";

    /** Any mixture of destinations under any name, below and above rules of the controller's own. */
    @Property(tries = 500)
    void goingBackLeavesTheCandidateNothingInAnyRule(@ForAll("anything") ObjectNode object) {
        // Given
        Case before = new Case(wanted(0, "[]"), object);
        boolean due = before.managed().stream()
                .anyMatch(route -> route instanceof ManagedRoute.Unusable || candidateShare(before, route) > 0);

        // When
        Case after = before.with(before.after(before.fall()));

        // Then
        ManagedRoute.foreign(after.object()).values().forEach(rule -> {
            assertThat(!due || after.destinations().share(rule, Slot.B).part() == 0)
                    .as("%s", rule)
                    .isTrue();
        });
        assertThat(foreignWeights(after)).isEqualTo(foreignWeights(before));
        assertThat(served(after)).isEqualTo(served(before));
        assertThat(OwnRules.present(after.object())).isEmpty();
        assertThat(after.fall()).isInstanceOf(RouteEdit.Nothing.class);
    }

    /** A managed route among rules of the user's, none of which sends to the candidate: those lose it when everything goes back. */
    @Property(tries = 500)
    void aRolloutGivesBackEverythingButTheWeights(
            @ForAll("manageable") ObjectNode object, @ForAll("percent") int first, @ForAll("percent") int last) {
        // Given
        Case before = new Case(wanted(first, "[a-1, b-7]"), object);

        // When
        Case once = new Case(wanted(last, "[a-1, b-8]"), held(before));
        Case after = once.with(held(once));
        ObjectNode released = after.after(RouteEdit.release(after.object()));

        // Then
        assertThat(after.managed()).singleElement().isInstanceOfSatisfying(ManagedRoute.Usable.class, route -> {
            assertThat(after.destinations().share(route.rule(), Slot.B).compareTo(last))
                    .isZero();
            assertThat(OwnRules.probeable(after.object(), route, 1, after.destinations()))
                    .isEqualTo(after.plan().probeable());
        });
        assertThat(withoutWeights(released)).isEqualTo(withoutWeights(object));
    }

    private static ObjectNode held(Case before) {
        Case lowered = before.with(before.after(before.fall()));
        return lowered.after(lowered.rise());
    }

    private static long candidateShare(Case before, ManagedRoute route) {
        return route instanceof ManagedRoute.Usable usable
                ? before.destinations().share(usable.rule(), Slot.B).part()
                : 0;
    }

    private static List<Long> foreignWeights(Case of) {
        return ManagedRoute.foreign(of.object()).values().stream()
                .flatMap(rule -> Destinations.of(rule).stream())
                .filter(target -> of.destinations().slot(target).isEmpty())
                .map(Destinations.Target::weight)
                .toList();
    }

    /** Whether each rule has anywhere to send requests to: one destination alone is used whatever its weight says. */
    private static List<Boolean> served(Case of) {
        return ManagedRoute.foreign(of.object()).values().stream()
                .map(Destinations::of)
                .map(targets -> targets.size() == 1 || targets.stream().anyMatch(target -> target.weight() > 0))
                .toList();
    }

    private static String withoutWeights(JsonNode object) {
        JsonNode copy = object.deepCopy();
        copy.findParents("weight").forEach(parent -> ((ObjectNode) parent).remove("weight"));
        return copy.toString();
    }

    private static ObjectNode wanted(int candidate, String pins) {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.putArray("routes").add("mcp");
        wanted.put("candidate", candidate).put("host", HOST);
        for (String pin : pins.replaceAll("[\\[\\] ]", "").split(",", -1)) {
            if (!pin.isEmpty()) {
                wanted.withArrayProperty("probeable").add(pin);
            }
        }
        return wanted;
    }

    @Provide
    Arbitrary<Integer> percent() {
        return Arbitraries.integers().between(0, 100);
    }

    @Provide
    Arbitrary<ObjectNode> anything() {
        Arbitrary<String> names = Arbitraries.of("mcp", "mcp", "other", "", "mcprollout-probe-b-7");
        return Combinators.combine(names, destination().list().ofMinSize(1).ofMaxSize(4))
                .as(RouteEditProperties::rule)
                .list()
                .ofMaxSize(5)
                .map(RouteEditProperties::object);
    }

    @Provide
    Arbitrary<ObjectNode> manageable() {
        Arbitrary<ObjectNode> managed = Combinators.combine(weight(), weight(), Arbitraries.of(true, false))
                .as((stable, canary, turned) -> {
                    ObjectNode first = target(HOST, "stable", stable + 1);
                    ObjectNode second = target("mcp-server", "canary", canary);
                    return rule("mcp", turned ? List.of(second, first) : List.of(first, second));
                });
        Arbitrary<List<ObjectNode>> others = Combinators.combine(
                        Arbitraries.of("sse", "", "rest"),
                        foreign().list().ofMinSize(1).ofMaxSize(3))
                .as(RouteEditProperties::rule)
                .list()
                .ofMaxSize(4);
        return Combinators.combine(managed, others, Arbitraries.integers().between(0, 4))
                .as((route, rules, place) -> {
                    List<ObjectNode> all = new ArrayList<>(rules);
                    all.add(Math.min(place, rules.size()), route);
                    return object(all);
                });
    }

    private static Arbitrary<ObjectNode> destination() {
        return Combinators.combine(
                        Arbitraries.of(HOST, "mcp-server", "website"),
                        Arbitraries.of("stable", "canary", "v3"),
                        weight())
                .as(RouteEditProperties::target);
    }

    private static Arbitrary<ObjectNode> foreign() {
        return Combinators.combine(
                        Arbitraries.of(HOST, "mcp-server", "website"), Arbitraries.of("stable", "v3"), weight())
                .as(RouteEditProperties::target);
    }

    private static Arbitrary<Integer> weight() {
        return Arbitraries.integers().between(-1, 300);
    }

    /** A weight below 0 is left out. */
    private static ObjectNode target(String host, String subset, int weight) {
        ObjectNode target = JsonNodeFactory.instance.objectNode();
        target.putObject("destination").put("host", host).put("subset", subset);
        target.setAll(Map.of("x", JsonNodeFactory.instance.textNode("kept")));
        if (weight >= 0) {
            target.put("weight", weight);
        }
        return target;
    }

    private static ObjectNode rule(String name, List<ObjectNode> targets) {
        ObjectNode rule = JsonNodeFactory.instance.objectNode();
        if (!name.isEmpty()) {
            rule.put("name", name);
        }
        rule.putObject("retries").put("attempts", 2);
        targets.forEach(rule.putArray("route")::add);
        return rule;
    }

    private static ObjectNode object(List<ObjectNode> rules) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata").put("name", "mcp-server").put("resourceVersion", "7");
        rules.forEach(object.putObject("spec").putArray("http")::add);
        return object;
    }
}
