package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.Destinations.Target;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Unusable;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A JSON Patch on the smallest paths that bring a VirtualService to where it should be. */
sealed interface RouteEdit {
    /** It is there already. */
    record Nothing() implements RouteEdit {}

    /**
     * These operations, all or none.
     *
     * @param vital those of them that take the candidate's traffic away: they can be made without the rest; may be none
     */
    record Change(ArrayNode operations, ArrayNode vital) implements RouteEdit {}

    /** It cannot be brought there; the cause is a sentence with the fix. */
    record Impossible(String cause) implements RouteEdit {}

    /**
     * Lowers the candidate wherever it has more than the plan gives it, and puts the controller's rules where they belong.
     *
     * <ol>
     *   <li>A managed route with two destinations gets the plan's weights when its candidate has more.
     *   <li>When the plan gives the candidate nothing and there was something to lower, or a managed route is not as it should be, the
     *       candidate loses its share in every other http rule of the object as well.
     *   <li>Tests nothing but {@code resourceVersion}: whatever else was changed meanwhile, going back is right.
     * </ol>
     */
    static RouteEdit fall(
            ObjectNode object, List<ManagedRoute> routes, Destinations destinations, TrafficPlan plan, String token) {
        Optional<Usable> generated = Generated.of(routes, destinations);
        if (generated.isPresent()) {
            return Generated.fall(object, generated.get(), destinations, plan, token);
        }
        Slot candidate = plan.split().stable().other();
        int share = plan.split().candidate().percent();
        ArrayNode changes = JsonNodeFactory.instance.arrayNode();
        boolean lowered = false;
        boolean raises = false;
        for (ManagedRoute route : routes) {
            switch (route) {
                case Usable usable -> {
                    int more = destinations.share(usable.rule(), candidate).compareTo(share);
                    raises |= more < 0;
                    if (more > 0) {
                        weigh(changes, usable, plan);
                        lowered = true;
                    }
                }
                case Unusable unusable -> {
                    if (share > 0) {
                        return new Impossible(unusable.message());
                    }
                    lowered = true;
                }
            }
        }
        if (lowered && share == 0) {
            sweep(changes, object, routes, destinations, plan.split().stable());
        }
        ArrayNode weights = changes.deepCopy();
        // a rule is made after its route, so an odd route gets none; taking them away is always possible
        if (routes.stream().allMatch(Usable.class::isInstance)) {
            Optional<String> echo = raises ? OwnRules.echo(object) : Optional.of(plan.echo());
            place(changes, object, OwnRules.compile(usable(routes), plan, token, echo));
        } else {
            remove(changes, OwnRules.unwanted(object, plan, destinations));
        }
        return change(object, List.of(), changes, share == 0 ? weights : none());
    }

    /**
     * Gives every managed route exactly the plan's weights, and lets probes hear of it; tests that each is still the rule that was read.
     */
    static RouteEdit rise(
            ObjectNode object, List<ManagedRoute> routes, Destinations destinations, TrafficPlan plan, String token) {
        Optional<Usable> generated = Generated.of(routes, destinations);
        if (generated.isPresent()) {
            return Generated.hold(object, generated.get(), destinations, plan, token, plan.echo());
        }
        Slot candidate = plan.split().stable().other();
        ArrayNode changes = JsonNodeFactory.instance.arrayNode();
        for (ManagedRoute route : routes) {
            if (route instanceof Unusable unusable) {
                return new Impossible(unusable.message());
            }
            if (route instanceof Usable usable
                    && destinations
                                    .share(usable.rule(), candidate)
                                    .compareTo(plan.split().candidate().percent())
                            != 0) {
                weigh(changes, usable, plan);
            }
        }
        place(changes, object, OwnRules.compile(usable(routes), plan, token, Optional.of(plan.echo())));
        return change(object, usable(routes), changes, none());
    }

    /** Takes the controller's own rules away. */
    static RouteEdit release(ObjectNode object) {
        ArrayNode changes = JsonNodeFactory.instance.arrayNode();
        place(changes, object, OwnRules.Layout.NONE);
        return change(object, List.of(), changes, none());
    }

    private static List<Usable> usable(List<ManagedRoute> routes) {
        return routes.stream()
                .filter(Usable.class::isInstance)
                .map(Usable.class::cast)
                .toList();
    }

    /** Gives a route the weights of a plan. */
    static void weigh(ArrayNode changes, Usable route, TrafficPlan plan) {
        for (Slot slot : Slot.values()) {
            weight(
                    changes,
                    route.index(),
                    route.target(slot),
                    plan.split().share(slot).percent());
        }
    }

    /*
     * The candidate's part goes to stable inside the same rule, so what foreign destinations get does not change. A rule without a
     * destination of stable gets one: the candidate's own with the other subset. The candidate's stays in the list with weight 0; it is
     * never alone, because one destination alone gets everything.
     */
    private static void sweep(
            ArrayNode changes, ObjectNode object, List<ManagedRoute> routes, Destinations destinations, Slot stable) {
        List<Integer> done = usable(routes).stream().map(Usable::index).toList();
        ManagedRoute.foreign(object).forEach((index, rule) -> {
            List<Target> losing = destinations.of(rule, stable.other());
            if (done.contains(index) || destinations.share(rule, stable.other()).part() == 0) {
                return;
            }
            boolean alone = Destinations.of(rule).size() == 1;
            long freed = alone ? 100 : losing.stream().mapToLong(Target::weight).sum();
            losing.forEach(target -> weight(changes, index, target, 0));
            destinations.of(rule, stable).stream()
                    .findFirst()
                    .ifPresentOrElse(
                            target -> weight(changes, index, target, target.weight() + freed),
                            () -> append(
                                    changes,
                                    index,
                                    losing.getFirst(),
                                    destinations.subsets().get(stable),
                                    freed));
        });
    }

    private static void append(
            ArrayNode changes, int rule, Target like, @org.jspecify.annotations.Nullable String subset, long weight) {
        ObjectNode target = JsonNodeFactory.instance.objectNode();
        target.set("destination", like.destination().deepCopy());
        target.withObjectProperty("destination").put("subset", subset);
        target.put("weight", weight);
        operation(changes, "add", "/spec/http/" + rule + "/route/-", target);
    }

    private static void weight(ArrayNode changes, int rule, Target target, long weight) {
        JsonNode value = JsonNodeFactory.instance.numberNode(weight);
        if (target.json().path("weight").asLong(-1) != weight) {
            String path = "/spec/http/" + rule + "/route/" + target.index() + "/weight";
            operation(changes, target.json().has("weight") ? "replace" : "add", path, value);
        }
    }

    /** Own rules where they belong and nowhere else; those that differ are written anew as a whole. */
    private static void place(ArrayNode changes, ObjectNode object, OwnRules.Layout layout) {
        JsonNode http = object.path("spec").path("http");
        List<ObjectNode> wanted = layout.among(object);
        List<Integer> own = own(http.valueStream().toList());
        List<Integer> places = own(wanted);
        if (own.equals(places)) {
            places.stream()
                    .filter(index -> !wanted.get(index).equals(http.get(index)))
                    .forEach(index -> operation(changes, "replace", "/spec/http/" + index, wanted.get(index)));
            return;
        }
        remove(changes, own);
        places.forEach(index -> operation(changes, "add", "/spec/http/" + index, wanted.get(index)));
    }

    private static List<Integer> own(List<? extends JsonNode> rules) {
        return IntStream.range(0, rules.size())
                .filter(index -> ManagedRoute.isOwn(rules.get(index)))
                .boxed()
                .toList();
    }

    /** Takes http rules away. */
    static void remove(ArrayNode changes, List<Integer> places) {
        for (int index : places.reversed()) {
            changes.addObject().put("op", "remove").put("path", "/spec/http/" + index);
        }
    }

    /** These changes of the object as it was read. */
    static RouteEdit change(ObjectNode object, List<Usable> tested, ArrayNode changes, ArrayNode vital) {
        if (changes.isEmpty()) {
            return new Nothing();
        }
        ArrayNode operations = JsonNodeFactory.instance.arrayNode();
        operation(
                operations,
                "test",
                "/metadata/resourceVersion",
                object.path("metadata").path("resourceVersion"));
        ArrayNode alone = vital.isEmpty() ? none() : operations.deepCopy().addAll(vital);
        tested.forEach(route -> test(operations, route));
        return new Change(operations.addAll(changes), alone);
    }

    private static void test(ArrayNode operations, Usable route) {
        String rule = "/spec/http/" + route.index();
        if (!route.name().isEmpty()) {
            operation(operations, "test", rule + "/name", route.rule().path("name"));
        }
        for (Target target : route.targets().values()) {
            String destination = rule + "/route/" + target.index() + "/destination";
            operation(
                    operations,
                    "test",
                    destination + "/host",
                    target.destination().path("host"));
            operation(
                    operations,
                    "test",
                    destination + "/subset",
                    target.destination().path("subset"));
        }
    }

    /** No operation. */
    static ArrayNode none() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Appends one operation. */
    static void operation(ArrayNode operations, String op, String path, JsonNode value) {
        operations.addObject().put("op", op).put("path", path).set("value", value);
    }
}
