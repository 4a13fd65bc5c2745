package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Unusable;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says what the managed routes of a VirtualService send where. */
final class RouteReader {
    private RouteReader() {}

    /** One view for each managed route. */
    static List<RouteView> views(Answer answer, Routes.VirtualService wanted, Destinations destinations, Slot stable) {
        return switch (answer) {
            case Answer.Found found -> views(found.object(), wanted, destinations, stable);
            case Answer.Absent absent ->
                ManagedRoute.ids(wanted).stream()
                        .<RouteView>map(RouteView.Gone::new)
                        .toList();
            case Answer.Refused refused -> unreadable(wanted, refused.message());
            case Answer.Lost lost -> unreadable(wanted, lost.cause());
        };
    }

    private static List<RouteView> unreadable(Routes.VirtualService wanted, String cause) {
        return ManagedRoute.ids(wanted).stream()
                .<RouteView>map(id -> new RouteView.Unreadable(id, cause))
                .toList();
    }

    private static List<RouteView> views(
            ObjectNode object, Routes.VirtualService wanted, Destinations destinations, Slot stable) {
        List<ManagedRoute> routes = ManagedRoute.in(object, wanted, destinations);
        List<RouteView> views = new ArrayList<>();
        for (ManagedRoute route : routes) {
            views.add(
                    switch (route) {
                        case Usable usable
                        when destinations.delegate().isPresent() && !Generated.isIntact(object) ->
                            // what somebody put in may take the requests of any rule: nothing of a plan is certain
                            new RouteView.Seen(
                                    usable.id(),
                                    new Split(stable, share(usable.rule(), destinations, stable)),
                                    Set.of());
                        case Usable usable ->
                            new RouteView.Seen(
                                    usable.id(),
                                    new Split(stable, share(usable.rule(), destinations, stable)),
                                    OwnRules.probeable(object, usable, routes.size(), destinations),
                                    OwnRules.sessions(object, usable, routes.size(), destinations),
                                    isOwn(object));
                        case Unusable unusable -> odd(object, unusable, destinations, stable);
                    });
        }
        return List.copyOf(views);
    }

    /* The list of rules is one field to the API server, which belongs to who changed it last. */
    private static boolean isOwn(ObjectNode object) {
        return object.path("metadata")
                .path("managedFields")
                .valueStream()
                .anyMatch(entry -> entry.path("manager").asText().equals(IstioApi.FIELD_MANAGER)
                        && entry.path("fieldsV1").path("f:spec").has("f:http"));
    }

    /*
     * A route that was renamed may still send users to the candidate under its new name: it is gone only when no rule of the object does
     * and nothing of ours is left there.
     */
    private static RouteView odd(ObjectNode object, Unusable route, Destinations destinations, Slot stable) {
        Weight candidate = route.rule()
                .map(rule -> share(rule, destinations, stable))
                .orElseGet(() -> ManagedRoute.foreign(object).values().stream()
                        .map(rule -> share(rule, destinations, stable))
                        .reduce(Weight.NONE, (a, b) -> a.isAbove(b) ? a : b));
        return route.isMissing()
                        && candidate.equals(Weight.NONE)
                        && OwnRules.present(object).isEmpty()
                ? new RouteView.Gone(route.id())
                : new RouteView.Odd(route.id(), candidate, OwnRules.pins(object), route.message(), route.isClosed());
    }

    private static Weight share(ObjectNode rule, Destinations destinations, Slot stable) {
        return new Weight(destinations.share(rule, stable.other()).percent());
    }
}
