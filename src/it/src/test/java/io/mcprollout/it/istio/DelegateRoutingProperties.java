package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.sandbox.mesh.Action;
import io.mcprollout.sandbox.mesh.Destination;
import io.mcprollout.sandbox.mesh.HeaderOperations;
import io.mcprollout.sandbox.mesh.Request;
import io.mcprollout.sandbox.mesh.RetryPolicy;
import io.mcprollout.sandbox.mesh.RouteTable;
import io.mcprollout.sandbox.mesh.Rule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever is planned: Istio's routing of a root and of what is generated for it is what the plan says.
 *
 * <p>That is 10,000 plans with {@code -Dmcprollout.full=true} ({@code make test FULL=1}), and else 300.
 */
class DelegateRoutingProperties {
    private static final int PLANS_PER_TRY = Boolean.getBoolean("mcprollout.full") ? 100 : 3;
    private static final JsonNode ROOT = AnyVirtualService.read(
            "{metadata: {name: root, namespace: edge},"
                    + " spec: {hosts: [mcp.example.com], gateways: [istio-ingress/public], http: ["
                    + "{name: mcp, match: [{uri: {prefix: /mcp}}], timeout: 3600s, retries: {attempts: 1, retryOn: connect-failure},"
                    + " delegate: {name: generated, namespace: mcp-services}}, {name: rest, route: [{destination: {host: website}}]}]}}");
    private static final Routes.Istio ROUTES = IstioBed.generated("generated");

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

    /** Each plan is held where the one before it was. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void requestsGoWhereThePlanSays(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < PLANS_PER_TRY; i++) {
            TrafficPlan plan = AnyPlan.of(random, true);

            // When
            Traffic now = held(plan);
            RouteTable table =
                    RouteTable.of(List.of(ROOT, bed.object("generated")), "istio-ingress/public", "mcp.example.com");

            // Then
            new Requests(table, plan, now.token()).check();
            bed.api.log().clear();
            held(plan.back());
            assertThat(bed.calls("patch")).isLessThanOrEqualTo(1);
            bed.api.log().clear();
        }
    }

    private static Traffic held(TrafficPlan plan) {
        Slot stable = plan.split().stable();
        bed.router().prepare(KEY, ROUTES, stable);
        Traffic before = bed.router().observe(KEY, ROUTES, stable);
        Written written = bed.router().hold(KEY, ROUTES, plan, before);
        assertThat(written).as(plan::toString).isInstanceOf(Written.Done.class);
        Traffic now = ((Written.Done) written).now();
        assertThat(now.views())
                .singleElement()
                .satisfies(view -> assertThat(view instanceof RouteView.Seen seen && seen.follows(plan))
                        .as("%s of %s", view, plan)
                        .isTrue());
        return now;
    }

    /** Requests to a route table, and where a plan wants them. */
    private record Requests(RouteTable table, TrafficPlan plan, String token) {
        void check() {
            plan.probeable().forEach(pin -> {
                Rule rule = rule(
                        Map.of("x-mcp-probe-variant", pin.toString(), "x-mcp-probe-token", token, "x-mcp-pin", "b-99"));
                Action.Forward forward = to(rule, pin.slot());
                assertThat(forward.retries()).isEqualTo(RetryPolicy.NEVER);
                assertThat(set(rule.headers().response()))
                        .containsEntry("x-mcp-variant", pin.toString())
                        .containsEntry("x-mcp-rollout-gen", plan.echo());
            });
            plan.sessions().pins().values().forEach(this::pinned);
            ended(rule(Map.of("x-mcp-pin", "b-99", "mcp-session-id", "x")));
            for (String id : List.of("plain", "unknown~1", "5d8f", "x".repeat(8192), "")) {
                Rule rule = rule(Map.of("mcp-session-id", id));
                plan.sessions().adoption().ifPresentOrElse(slot -> to(rule, slot), () -> weighted(rule));
            }
            weighted(rule(Map.of()));
            weighted(rule(Map.of("x-mcp-probe-variant", "b-1", "x-mcp-probe-token", "a guess")));
        }

        private void pinned(Pin pin) {
            Stream.concat(
                            Stream.of(Map.of("x-mcp-pin", pin.incarnation().toString(), "mcp-session-id", "raw")),
                            pin.tags().stream().map(tag -> Map.of("mcp-session-id", tag + "~5d8~x")))
                    .map(this::rule)
                    .forEach(rule -> {
                        if (pin.ended()) {
                            ended(rule);
                        } else {
                            Action.Forward forward = to(rule, pin.slot());
                            assertThat(forward.timeout()).contains(Duration.ofHours(1));
                            assertThat(forward.retries().attempts()).isEqualTo(1);
                            assertThat(set(rule.headers().response()))
                                    .containsEntry(
                                            "x-mcp-variant", pin.incarnation().toString());
                            assertThat(rule.headers().request().remove()).contains("x-mcp-pin");
                        }
                    });
        }

        private Rule rule(Map<String, String> headers) {
            assertThat(table.match(Request.of("POST", "mcp.example.com", "/other", headers))
                            .map(Rule::name))
                    .contains("rest");
            return table.match(Request.of("POST", "mcp.example.com", "/mcp", headers))
                    .orElseThrow();
        }

        private Action.Forward to(Rule rule, Slot slot) {
            assertThat(rule.action()).as(plan::toString).isInstanceOf(Action.Forward.class);
            Action.Forward forward = (Action.Forward) rule.action();
            assertThat(forward.destinations())
                    .as(() -> rule.name() + " of " + plan)
                    .singleElement()
                    .satisfies(destination -> {
                        assertThat(destination.subset()).contains(slot == Slot.A ? "stable" : "canary");
                        assertThat(destination.port()).hasValue(3000);
                    });
            return forward;
        }

        private void ended(Rule rule) {
            assertThat(rule.action())
                    .as(() -> rule.name() + " of " + plan)
                    .isInstanceOfSatisfying(Action.DirectResponse.class, answer -> {
                        assertThat(answer.status()).isEqualTo(404);
                        assertThat(answer.body()).contains("Session not found");
                    });
        }

        private void weighted(Rule rule) {
            assertThat(rule.name()).isEqualTo("mcp-mcprollout-new");
            Action.Forward forward = (Action.Forward) rule.action();
            Map<String, Integer> shares = new HashMap<>();
            for (Destination destination : forward.destinations()) {
                Slot slot = destination.subset().equals(Optional.of("stable")) ? Slot.A : Slot.B;
                shares.put(slot.letter(), destination.weight());
                Optional<String> shown = Optional.ofNullable(
                                plan.sessions().pins().get(slot))
                        .map(Pin::incarnation)
                        .map(PinId::toString);
                assertThat(Optional.ofNullable(
                                set(destination.headers().response()).get("x-mcp-variant")))
                        .isEqualTo(shown);
            }
            for (Slot slot : Slot.values()) {
                assertThat(shares.getOrDefault(slot.letter(), 0))
                        .isEqualTo(plan.split().share(slot).percent());
            }
        }

        private static Map<String, String> set(HeaderOperations operations) {
            Map<String, String> headers = new HashMap<>();
            operations.set().forEach(header -> headers.put(header.name(), header.value()));
            return headers;
        }
    }
}
