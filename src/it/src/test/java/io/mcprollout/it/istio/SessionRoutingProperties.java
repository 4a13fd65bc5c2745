package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a VirtualService looks like and whatever is planned: Istio's routing of what the router writes is what the plan says, and
 * everything else is as its owner wrote it.
 *
 * <p>That is 10,200 plans with {@code -Dmcprollout.full=true} ({@code make test FULL=1}), and else 300.
 */
class SessionRoutingProperties {
    private static final int SERVICES_PER_TRY = Boolean.getBoolean("mcprollout.full") ? 34 : 1;
    private static final int PLANS_PER_SERVICE = 3;

    @SuppressWarnings("NullAway.Init")
    private static IstioBed bed;

    @BeforeContainer
    static void start() {
        bed = new IstioBed().withDestinationRule();
    }

    @AfterContainer
    static void stop() {
        bed.close();
    }

    /** Every request goes where plan and user say, after every plan, after going back from it, and when the rules are gone. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void requestsGoWhereThePlanSaysAndElseWhereTheUserSays(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < SERVICES_PER_TRY; i++) {
            rollout(new AnyVirtualService("vs-" + Long.toHexString(random.nextLong()), random), random);
            bed.api.log().clear();
        }
    }

    private static void rollout(AnyVirtualService user, SplittableRandom random) {
        // Given
        bed.api.apply(user.object.toString());
        Routes.Istio routes = routes(user);
        await().until(() ->
                bed.router().observe(KEY, routes, Slot.A).views().stream().allMatch(RouteView.Seen.class::isInstance));
        for (int i = 0; i < PLANS_PER_SERVICE; i++) {
            TrafficPlan plan = AnyPlan.of(random);

            // When
            hold(user, routes, plan);
            bed.api.log().clear();
            hold(user, routes, plan.back());

            // Then
            assertThat(bed.calls("patch")).as("writes it takes to go back").isLessThanOrEqualTo(1);
        }
        bed.router().release(KEY, routes, Slot.A);
        assertThat(withoutWeights(stored(user))).isEqualTo(withoutWeights(user.object));
        bed.api.delete("virtualservices", IstioBed.NAMESPACE, user.name);
    }

    /** Holds the plan, and sees where requests go then; a second time nothing is written. */
    private static void hold(AnyVirtualService user, Routes.Istio routes, TrafficPlan plan) {
        Traffic before = bed.router().observe(KEY, routes, plan.split().stable());
        Traffic after = written(user, routes, plan, before, !follows(before, plan));
        assertThat(follows(after, plan))
                .as(() -> plan + " of " + after + " in " + stored(user))
                .isTrue();
        new RoutedRequests(user, stored(user), plan, after.token()).check();
        written(user, routes, plan, after, false);
    }

    private static Traffic written(
            AnyVirtualService user, Routes.Istio routes, TrafficPlan plan, Traffic seen, boolean changes) {
        Written written = bed.router().hold(KEY, routes, plan, seen);
        assertThat(written)
                .as(() -> plan + " of " + stored(user))
                .isInstanceOfSatisfying(
                        Written.Done.class, done -> assertThat(done.changed()).isEqualTo(changes));
        return ((Written.Done) written).now();
    }

    private static boolean follows(Traffic traffic, TrafficPlan plan) {
        return traffic.views().stream().allMatch(view -> follows(view, plan));
    }

    private static boolean follows(RouteView view, TrafficPlan plan) {
        return view instanceof RouteView.Seen seen && seen.follows(plan);
    }

    private static ObjectNode stored(AnyVirtualService user) {
        return bed.object(user.name);
    }

    private static Routes.Istio routes(AnyVirtualService user) {
        return new Routes.Istio(
                IstioBed.NAMESPACE,
                List.of(new Routes.VirtualService(user.name, user.routes)),
                "mcp-server",
                Map.of(Slot.A, "stable", Slot.B, "canary"));
    }

    static JsonNode withoutWeights(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.findParents("weight").forEach(parent -> ((ObjectNode) parent).remove("weight"));
        ((ObjectNode) copy.path("metadata"))
                .remove(List.of("resourceVersion", "generation", "managedFields", "uid", "creationTimestamp"));
        return copy;
    }
}
