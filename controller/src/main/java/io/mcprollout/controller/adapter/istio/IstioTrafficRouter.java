package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.GitMarks;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Moves the weights of http routes in users' VirtualServices and keeps sessions where they are (Patch mode), or writes the one that it generates (Delegate mode). Looks through watches; reads anew before it writes; reads back
 * what it wrote. All methods may block for a few seconds when the API server does not answer, and never throw for what it says.
 */
public final class IstioTrafficRouter implements TrafficRouter, AutoCloseable {
    /** How long one request to the API server may take: what a rollback can afford to wait before it tries again. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final int CONFLICT = 409;

    private final IstioObjects objects;
    private final IstioCheck check;
    private final Topology topology;
    private final Bypasses bypasses;
    private final RouteWriter writer;
    private final Fence fence;
    private final ProbeToken token = new ProbeToken();

    /**
     * A router with a client of its own, configured like the given one but without its pauses between attempts.
     *
     * @param namespaces whose objects are watched; none: all
     * @param labels what the slots' pods are labelled with
     * @param fence one of several controllers asks it: all traffic goes back to stable whatever it says, all else only while it holds
     * @param changed hears of rollouts whose objects somebody changed; called on the watch's thread, must not block
     */
    public IstioTrafficRouter(
            KubernetesClient client,
            Set<String> namespaces,
            SlotLabels labels,
            Fence fence,
            Consumer<RolloutKey> changed) {
        IstioApi api = new IstioApi(client, DEADLINE);
        Surroundings surroundings = new Surroundings(api);
        this.objects = new IstioObjects(api, namespaces, changed);
        this.check = new IstioCheck(objects, labels);
        this.topology = new Topology(objects, surroundings, labels);
        this.bypasses = new Bypasses(objects, surroundings);
        this.writer = new RouteWriter(objects);
        this.fence = fence;
    }

    /** Whether what was there at the start is known, so that looking at it costs no requests. */
    public boolean isSynced() {
        return objects.isSynced();
    }

    @Override
    public Traffic observe(RolloutKey rollout, Routes routes, Slot stable) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        Map<Routes.VirtualService, Answer> answers = new HashMap<>();
        for (Routes.VirtualService service : istio.virtualServices()) {
            answers.put(service, objects.look(istio, service));
        }
        return traffic(istio, answers, stable);
    }

    @Override
    public List<Problem> check(RolloutKey rollout, Routes routes) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        List<Problem> problems = new ArrayList<>(check.problems(rollout, istio));
        problems.addAll(topology.problems(rollout, istio, objects.destinations(istio)));
        return List.copyOf(problems);
    }

    @Override
    public Paths paths(RolloutKey rollout, Routes routes, List<ProbeSpec> probes) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        return bypasses.find(istio, probes);
    }

    @Override
    public Optional<String> gitManager(RolloutKey rollout, Routes routes) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        return istio.virtualServices().stream()
                .filter(service -> objects.look(istio, service)
                        .found()
                        .filter(IstioTrafficRouter::isGitManaged)
                        .isPresent())
                .findFirst()
                .map(service -> "VirtualService " + service.title());
    }

    private static boolean isGitManaged(ObjectNode object) {
        return GitMarks.of(
                        object.at("/metadata/annotations").fieldNames(),
                        object.at("/metadata/labels").fieldNames())
                .isManaged();
    }

    /** Keys of the labels by which the subsets tell pods apart; none when they do not exist; empty when they cannot be read now. */
    public Optional<Set<String>> subsetLabels(RolloutKey rollout, Routes routes) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        return switch (objects.look(IstioKind.DESTINATION_RULE, istio.namespace(), istio.destinationRule())) {
            case Answer.Found(ObjectNode rule) -> Optional.of(subsetLabels(rule, istio));
            case Answer.Absent ignored -> Optional.of(Set.of());
            case Answer.Refused ignored -> Optional.empty();
            case Answer.Lost ignored -> Optional.empty();
        };
    }

    private static Set<String> subsetLabels(ObjectNode rule, Routes.Istio istio) {
        Set<String> keys = new HashSet<>();
        rule.path("spec").path("subsets").forEach(subset -> {
            if (istio.subsets().containsValue(subset.path("name").asText())) {
                subset.path("labels").fieldNames().forEachRemaining(keys::add);
            }
        });
        return Set.copyOf(keys);
    }

    /** Whether the owner of a VirtualService lets McpRollouts of another namespace move its weights. */
    public boolean lets(String namespace, ObjectName service) {
        return objects.look(IstioKind.VIRTUAL_SERVICE, service.namespace(), service.name())
                .found()
                .filter(object -> Consent.isGiven(object, namespace))
                .isPresent();
    }

    /** To be called when its resource is gone. */
    public void forget(RolloutKey rollout) {
        objects.forget(rollout);
    }

    @Override
    public Optional<String> prepare(RolloutKey rollout, Routes routes, Slot stable) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        return istio.delegate().isPresent()
                ? generate(rollout, istio, new TrafficPlan(Split.allStable(stable), Set.of()), Traffic.NONE)
                : Optional.empty();
    }

    /** Makes the generated VirtualService with a plan that gives the candidate nothing, when it is not there or not whole. */
    private Optional<String> generate(RolloutKey rollout, Routes.Istio istio, TrafficPlan plan, Traffic seen) {
        Routes.VirtualService service = istio.virtualServices().getFirst();
        Destinations there = objects.destinations(istio);
        String secret = token.of(istio, objects, seen);
        if (objects.look(istio, service) instanceof Answer.Absent
                && there.qualifiedHost().isPresent()) {
            if (!fence.holds()) {
                return Optional.of("this controller leads no more");
            }
            Answer made = objects.create(
                    there.namespace(), service.name(), Generated.object(rollout, service, there, plan, secret));
            return switch (made) {
                case Answer.Found found -> Optional.empty();
                case Answer.Absent absent -> Optional.of("namespace " + there.namespace() + " is gone");
                case Answer.Refused refused ->
                    refused.status() == CONFLICT ? Optional.empty() : Optional.of(refused.message());
                case Answer.Lost lost -> Optional.of(lost.cause());
            };
        }
        List<String> failures = writer.writeAll(
                        istio,
                        fence,
                        (one, object) ->
                                Generated.mend(object, ManagedRoute.in(object, one, there), there, plan, secret),
                        RouteWriter.Gone.IS_FINE)
                .failures();
        return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
    }

    @Override
    public Written hold(RolloutKey rollout, Routes routes, TrafficPlan plan, Traffic seen) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        Destinations destinations = objects.destinations(istio);
        boolean raises = plan.split().candidate().isAbove(Weight.NONE);
        String secret = token.of(istio, objects, seen);
        boolean back = !raises && plan.probeable().isEmpty();
        if (istio.delegate().isPresent()) {
            Optional<String> failure = generate(rollout, istio, plan.back(), seen);
            if (failure.isPresent()) {
                return new Written.Failed(failure.get());
            }
        }
        RouteWriter.Result result = writer.writeAll(
                istio,
                back ? Fence.NONE : fence,
                (service, object) -> {
                    Destinations there = destinations.in(istio.namespace(service));
                    return RouteEdit.fall(object, ManagedRoute.in(object, service, there), there, plan, secret);
                },
                raises ? RouteWriter.Gone.FAILS : RouteWriter.Gone.IS_FINE);
        if (raises && result.failures().isEmpty()) {
            List<Problem> missing = check.subsets(istio, destinations);
            if (!missing.isEmpty()) {
                return new Written.Failed(missing.getFirst().message());
            }
            result = result.then(writer.writeOnce(
                    istio,
                    fence,
                    (service, object) ->
                            rise(service, object, destinations.in(istio.namespace(service)), plan, secret, seen)));
        }
        return written(istio, plan.split().stable(), result);
    }

    private static RouteEdit rise(
            Routes.VirtualService service,
            ObjectNode object,
            Destinations destinations,
            TrafficPlan plan,
            String secret,
            Traffic seen) {
        Slot stable = plan.split().stable();
        for (RouteView now : RouteReader.views(new Answer.Found(object), service, destinations, stable)) {
            boolean raised = now instanceof RouteView.Seen view
                    && plan.split().candidate().isAbove(view.split().candidate());
            if (raised && seen.views().stream().noneMatch(before -> same(before, now))) {
                return new RouteEdit.Impossible("route " + now.route() + " was changed by somebody else just now");
            }
        }
        return RouteEdit.rise(object, ManagedRoute.in(object, service, destinations), destinations, plan, secret);
    }

    private static boolean same(RouteView before, RouteView now) {
        return before instanceof RouteView.Seen then
                && now instanceof RouteView.Seen today
                && then.route().equals(today.route())
                && then.split().equals(today.split());
    }

    @Override
    public Written release(RolloutKey rollout, Routes routes, Slot stable) {
        Routes.Istio istio = istio(routes);
        objects.follow(rollout, istio);
        return written(
                istio,
                stable,
                writer.writeAll(
                        istio,
                        fence,
                        (service, object) ->
                                istio.delegate().isPresent() ? Generated.release(object) : RouteEdit.release(object),
                        RouteWriter.Gone.IS_FINE));
    }

    private Written written(Routes.Istio istio, Slot stable, RouteWriter.Result result) {
        if (!result.failures().isEmpty()) {
            return new Written.Failed(String.join("; ", result.failures()));
        }
        return new Written.Done(traffic(istio, result.answers(), stable), result.changed());
    }

    private Traffic traffic(Routes.Istio istio, Map<Routes.VirtualService, Answer> answers, Slot stable) {
        Destinations destinations = objects.destinations(istio);
        List<RouteView> views = new ArrayList<>();
        String secret = "";
        for (Routes.VirtualService service : istio.virtualServices()) {
            Answer answer = answers.getOrDefault(service, new Answer.Lost("it was not read"));
            views.addAll(RouteReader.views(answer, service, destinations.in(istio.namespace(service)), stable));
            if (secret.isEmpty() && answer instanceof Answer.Found(ObjectNode object)) {
                secret = OwnRules.token(object);
            }
        }
        return new Traffic(views, secret, destinations.qualifiedHost().orElse(""));
    }

    private static Routes.Istio istio(Routes routes) {
        return switch (routes) {
            case Routes.Istio istio -> istio;
        };
    }

    @Override
    public void close() {
        objects.close();
    }
}
