package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static io.mcprollout.sandbox.kube.http.Faults.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.sandbox.kube.http.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Rules that keep sessions, and what probes hear of a plan, where routes are written. */
class SessionRulesTest extends RouterBed {
    private static final Pin CANARY = new Pin(PinId.parse("b-7"), Set.of("66b9d"), false);
    private static final Sessions KEPT = new Sessions(
            Map.of(Slot.A, new Pin(PinId.parse("a-1"), Set.of("5d8f7c"), false), Slot.B, CANARY), Optional.of(Slot.A));

    private Written hold(TrafficPlan plan) {
        return bed.router().hold(KEY, ROUTES, plan, bed.observe());
    }

    @Test
    void theEchoOfAPlanIsWrittenWithTheWeightsThatItSpeaksOf() {
        // Given
        TrafficPlan before = IstioBed.plan(10);
        hold(before);
        TrafficPlan after = IstioBed.plan(25).keeping(KEPT);
        var states = new ConcurrentLinkedQueue<String>();
        bed.api.authorize(call -> {
            states.add(echo() + " at " + bed.weights("mcp-server", "mcp"));
            return true;
        });

        // When
        hold(after);

        // Then
        bed.api.authorize(call -> true);
        assertThat(states)
                .contains(before.echo() + " at [90, 10]")
                .isSubsetOf(before.echo() + " at [90, 10]", after.echo() + " at [75, 25]");
        assertThat(echo() + " at " + bed.weights("mcp-server", "mcp")).isEqualTo(after.echo() + " at [75, 25]");
        assertThat(bed.http("mcp-server").findValuesAsText("name"))
                .containsExactly(
                        "mcprollout-probe-a-1",
                        "mcprollout-probe-b-7",
                        "sse",
                        "mcprollout-pin-a-1",
                        "mcprollout-pin-b-7",
                        "mcprollout-untagged",
                        "mcp",
                        "rest");
    }

    @Test
    void goingBackKeepsSessionsThatTheirOwnersFinishAndEndsThoseThatMustNot() {
        // Given
        TrafficPlan kept = IstioBed.plan(50).keeping(KEPT);
        hold(kept);
        Pin over = CANARY.end();

        // When
        Written drained = hold(kept.back());
        Written ended = hold(kept.back().keeping(new Sessions(Map.of(Slot.B, over), Optional.empty())));
        Written forgotten = hold(IstioBed.back());

        // Then
        assertThat(sessions(drained)).isEqualTo(KEPT);
        assertThat(sessions(ended)).isEqualTo(new Sessions(Map.of(Slot.B, over), Optional.empty()));
        assertThat(sessions(forgotten)).isEqualTo(Sessions.NONE);
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(100, 0);
        assertThat(bed.http("mcp-server").findValuesAsText("name")).containsExactly("sse", "mcp", "rest");
    }

    @Test
    void trafficGoesBackEvenIfSomebodyRefusesTheRules() {
        // Given
        hold(IstioBed.plan(50));
        bed.api
                .faults()
                .first(
                        1,
                        on("patch", "virtualservices", ""),
                        Fault.answer(400, "BadRequest", "policy: no such rules here"));

        // When
        Written written = hold(IstioBed.plan(0).keeping(KEPT));

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause()).contains("no such rules here"));
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(100, 0);
    }

    @Test
    void releaseTakesRulesForSessionsAwayToo() {
        // Given
        hold(IstioBed.plan(0).keeping(KEPT));

        // When
        Written released = bed.router().release(KEY, ROUTES, Slot.A);

        // Then
        assertThat(sessions(released)).isEqualTo(Sessions.NONE);
        assertThat(bed.http("mcp-server").findValuesAsText("name")).containsExactly("sse", "mcp", "rest");
    }

    @Test
    void aRuleOfTheUsersWithANameLikeOursIsToldAndLeftAlone() {
        // Given
        bed.api.jsonPatch(
                "vs", NAMESPACE, "mcp-server", "[{op: add, path: /spec/http/0/name, value: mcprollout-mine}]");
        await().until(() -> bed.observe().views().getFirst() instanceof RouteView.Odd);

        // When
        List<Problem> problems = bed.router().check(KEY, ROUTES);
        Written risen = bed.hold(10);
        Written back = hold(IstioBed.back());

        // Then
        assertThat(problems)
                .extracting(Problem::reason, Problem::field)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "RuleNameTaken", "spec.traffic.istio.virtualServices[0].name"));
        assertThat(risen)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause()).contains("mcprollout-mine", "give it another"));
        assertThat(back).isInstanceOf(Written.Done.class);
        assertThat(bed.http("mcp-server").findValuesAsText("name")).containsExactly("mcprollout-mine", "mcp", "rest");
    }

    private static Sessions sessions(Written written) {
        return written instanceof Written.Done done && done.now().views().getFirst() instanceof RouteView.Seen seen
                ? seen.sessions()
                : Sessions.NONE;
    }

    private String echo() {
        return bed.http("mcp-server").findValues("x-mcp-rollout-gen").stream()
                .map(JsonNode::asText)
                .distinct()
                .reduce((one, other) -> one + " and " + other)
                .orElse("none");
    }
}
