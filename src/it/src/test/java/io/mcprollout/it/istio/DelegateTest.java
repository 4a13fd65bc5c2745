package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A VirtualService that the controller generates, and users' that delegate to it. */
class DelegateTest {
    private static final String NAME = "mcp-rollout";
    private static final Routes.Istio ROUTES = IstioBed.generated(NAME);
    private static final String FIELD = "spec.traffic.istio.virtualServices[0].name";
    private static final TrafficPlan AT_25 = IstioBed.plan(25)
            .keeping(new Sessions(
                    Map.of(
                            Slot.A,
                            new Pin(PinId.parse("a-1"), Set.of(), false),
                            Slot.B,
                            new Pin(PinId.parse("b-7"), Set.of("66b9d"), false)),
                    Optional.of(Slot.A)));

    private final IstioBed bed = new IstioBed();

    @BeforeEach
    void start() {
        bed.withDestinationRule();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void root(String match) {
        bed.api.apply("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: root, namespace: mcp-services}
                spec:
                  hosts: [mcp.example.com]
                  gateways: [istio-ingress/public]
                  http:
                    - {name: mcp, match: [%s], timeout: 30s, delegate: {name: mcp-rollout, namespace: mcp-services}}
                """.formatted(match));
    }

    private Traffic observe() {
        return bed.router().observe(KEY, ROUTES, Slot.A);
    }

    private Written hold(TrafficPlan plan) {
        return bed.router().hold(KEY, ROUTES, plan, observe());
    }

    private List<Problem> check() {
        return bed.router().check(KEY, ROUTES);
    }

    @Test
    void isMadeOnceBeforeAnythingRefersToItAndThenTheRuleToAddIsTold() {
        // Given
        List<Problem> before = check();

        // When
        Optional<String> failure = bed.router().prepare(KEY, ROUTES, Slot.A);
        Optional<String> again = bed.router().prepare(KEY, ROUTES, Slot.A);

        // Then
        assertThat(before)
                .extracting(Problem::reason, Problem::field)
                .containsExactly(tuple("VirtualServiceNotFound", FIELD));
        assertThat(failure).isEmpty();
        assertThat(again).isEmpty();
        assertThat(bed.calls("create")).isEqualTo(1);
        JsonNode object = bed.object(NAME);
        assertThat(object.path("spec").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("http");
        assertThat(object.at("/metadata/ownerReferences")).isEmpty();
        assertThat(object.at("/metadata/labels").toString())
                .isEqualTo(
                        "{\"app.kubernetes.io/managed-by\":\"mcprollout\",\"mcprollout.io/rollout\":\"mcp-server\"}");
        assertThat(bed.weights(NAME, "mcprollout-new")).containsExactly(100, 0);
        assertThat(object.at("/spec/http").findValuesAsText("number")).containsOnly("3000");
        assertThat(check()).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("RootNotDelegating");
            assertThat(problem.message())
                    .contains(
                            "- {name: mcp, match: [{uri: {prefix: /mcp}}], delegate: {name: mcp-rollout, namespace: mcp-services}}");
        });
        root("{uri: {prefix: /mcp}}");
        await().until(() -> check().isEmpty());
    }

    @Test
    void carriesTheWholePlanAndGoesBackInOneWrite() {
        // Given
        bed.router().prepare(KEY, ROUTES, Slot.A);

        // When
        Written risen = hold(AT_25);
        bed.api.log().clear();
        Written back = hold(AT_25.back());
        long writes = bed.calls("patch");
        Written again = hold(AT_25.back());

        // Then
        assertThat(view(risen).follows(AT_25)).isTrue();
        assertThat(view(back).follows(AT_25.back())).isTrue();
        assertThat(writes).isEqualTo(1);
        assertThat(again)
                .isInstanceOfSatisfying(
                        Written.Done.class, done -> assertThat(done.changed()).isFalse());
        assertThat(bed.http(NAME).findValuesAsText("name"))
                .containsExactly(
                        "mcprollout-probe-a-1",
                        "mcprollout-probe-b-7",
                        "mcprollout-pin-a-1",
                        "mcprollout-pin-b-7",
                        "mcprollout-pin-gone",
                        "mcprollout-untagged",
                        "mcprollout-new");
        assertThat(bed.http(NAME).findValuesAsText("x-mcp-rollout-gen"))
                .containsOnly(AT_25.back().echo());
    }

    @Test
    void staysWithoutTheRulesOfProbesWhenItIsReleased() {
        // Given
        bed.router().prepare(KEY, ROUTES, Slot.A);
        hold(AT_25);

        // When
        Written released = bed.router().release(KEY, ROUTES, Slot.A);

        // Then
        assertThat(view(released).probeable()).isEmpty();
        assertThat(view(released).sessions()).isEqualTo(AT_25.sessions());
        assertThat(bed.weights(NAME, "mcprollout-new")).containsExactly(75, 25);
        assertThat(bed.calls("delete")).isZero();
    }

    @Test
    void isMadeAnewWithEverybodyAtStableWhenSomebodyDeletesIt() {
        // Given
        bed.router().prepare(KEY, ROUTES, Slot.A);
        hold(AT_25);
        bed.api.delete("virtualservices", NAMESPACE, NAME);
        await().until(() -> observe().views().getFirst() instanceof RouteView.Gone);

        // When
        Written held = hold(AT_25);

        // Then
        assertThat(held).isInstanceOf(Written.Failed.class);
        assertThat(bed.weights(NAME, "mcprollout-new")).containsExactly(100, 0);
        assertThat(bed.http(NAME).findValuesAsText("name")).contains("mcprollout-pin-b-7");
    }

    @Test
    void isMendedWhenItsOwnRuleIsGone() {
        // Given
        bed.router().prepare(KEY, ROUTES, Slot.A);
        bed.api.jsonPatch("vs", NAMESPACE, NAME, "[{op: replace, path: /spec/http/1/name, value: renamed}]");
        await().until(() -> !(observe().views().getFirst() instanceof RouteView.Seen));

        // When
        Optional<String> failure = bed.router().prepare(KEY, ROUTES, Slot.A);

        // Then
        assertThat(failure).isEmpty();
        assertThat(bed.weights(NAME, "mcprollout-new")).containsExactly(100, 0);
        assertThat(bed.http(NAME).findValuesAsText("name")).doesNotContain("renamed");
    }

    @Test
    void whatSomebodyPutsIntoItIsSeenAndTakenOut() {
        // Given
        bed.router().prepare(KEY, ROUTES, Slot.A);
        hold(AT_25);
        bed.api.jsonPatch(
                "vs",
                NAMESPACE,
                NAME,
                "[{op: add, path: /spec/http/0, value: {name: theirs, route: [{destination: {host: x}}]}}]");
        await().until(() -> observe().views().getFirst() instanceof RouteView.Seen seen && !seen.follows(AT_25));

        // When
        Written held = hold(AT_25);

        // Then
        assertThat(view(held).follows(AT_25)).isTrue();
        assertThat(bed.http(NAME).findValuesAsText("name")).doesNotContain("theirs");
    }

    @Test
    void isNeverOneThatSomebodyElseMade() {
        // Given
        bed.withService(NAME, 100, 0);
        JsonNode before = bed.object(NAME);

        // When
        Optional<String> prepared = bed.router().prepare(KEY, ROUTES, Slot.A);
        List<Problem> problems = check();
        Written risen = hold(AT_25);
        Written back = hold(IstioBed.back());

        // Then
        assertThat(prepared).isEmpty();
        assertThat(problems).extracting(Problem::reason, Problem::field).containsExactly(tuple("NotGenerated", FIELD));
        assertThat(problems.getFirst().message()).contains("name one that is not there", "mode: Patch");
        assertThat(risen).isInstanceOf(Written.Failed.class);
        assertThat(back).isInstanceOf(Written.Done.class);
        assertThat(bed.object(NAME)).isEqualTo(before);
    }

    @Test
    void isOfOneRolloutOnly() {
        // Given
        bed.router().prepare(new RolloutKey(NAMESPACE, "other"), ROUTES, Slot.A);

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems.getFirst().reason()).isEqualTo("NotGenerated");
        assertThat(problems.getFirst().message()).contains("McpRollout other", "mcprollout.io/rollout=mcp-server");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{headers: {mcp-session-id: {}}}",
                "{headers: {X-Mcp-Pin: {exact: a}}}",
                "{uri: {prefix: /mcp}, withoutHeaders: {x-mcp-probe-token: {}}}",
            })
    void aRootThatMatchesOnTheSameHeadersIsRefused(String match) {
        // Given
        bed.router().prepare(KEY, ROUTES, Slot.A);
        root(match);
        await().until(() ->
                check().stream().noneMatch(problem -> problem.reason().equals("RootNotDelegating")));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).extracting(Problem::reason).containsExactly("HeaderMatchTaken");
        assertThat(problems.getFirst().message()).contains("route root/mcp", "take it out");
    }

    private static RouteView.Seen view(Written written) {
        return (RouteView.Seen) ((Written.Done) written).now().views().getFirst();
    }
}
