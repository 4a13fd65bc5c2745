package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every problem is found, at once, with its field and the way out. */
class IstioCheckTest {
    private static final String SERVICE = "spec.traffic.istio.virtualServices[0].";
    private static final String RULE = "spec.traffic.istio.destinationRule.";

    private final IstioBed bed = new IstioBed();

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void nothingIsWrongWithAnOrdinarySetUp() {
        // Given
        bed.withDestinationRule().withService("mcp-server", 100, 0);

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void whatIsMissingIsSaidAtOnceAndSeenWhenItAppears() {
        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems)
                .extracting(Problem::reason, Problem::field)
                .containsExactly(
                        tuple("DestinationRuleNotFound", RULE + "name"),
                        tuple("VirtualServiceNotFound", SERVICE + "name"));
        assertThat(problems.getLast().message())
                .isEqualTo(
                        "there is no VirtualService mcp-server in namespace mcp-services; create it, or name one that"
                                + " is there, with its namespace when that is another");
        bed.withDestinationRule().withService("mcp-server", 100, 0);
        await().until(() -> check().isEmpty());
        assertThat(bed.changed).contains(KEY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{op: replace, path: /spec/http/1/name, value: other} | RouteNotFound | routes[0] | no http route named mcp; it has sse, other, rest",
                "{op: replace, path: /spec/http/2/name, value: mcp} | RouteAmbiguous | routes[0] | 2 http routes named mcp",
                "{op: add, path: /spec/http/1/route/-, value: {destination: {host: mcp-server, subset: v3}, weight: 5}} | DestinationsDiffer | routes[0] | mcp-server subset v3 with weight 5",
                "{op: remove, path: /spec/http/1/route/1} | DestinationsDiffer | routes[0] | no destination with subset canary",
                "{op: replace, path: /spec/http/1/route/1/destination/host, value: other} | DestinationsDiffer | routes[0] | the DestinationRule is for host",
                "{op: replace, path: /spec/http/1/route/1/destination/subset, value: v2} | DestinationsDiffer | routes[0] | no destination with subset canary, only [mcp-server subset stable, mcp-server subset v2]",
                "{op: replace, path: /spec/http/1, value: {name: mcp, delegate: {name: d}}} | RouteDelegates | routes[0] | delegate VirtualService d",
                "{op: replace, path: /spec/http/1, value: {name: mcp, redirect: {uri: /}}} | RouteWithoutDestinations | routes[0] | has no destinations",
                "{op: remove, path: /spec/http/0/match} | RouteShadowed | name | the route sse above it matches everything",
                "{op: replace, path: /spec/http/0/match/0/uri/prefix, value: /} | RouteShadowed | name | the route sse above it matches everything",
            })
    void routesThatCannotBeManaged(String operation, String reason, String field, String message) {
        // Given
        bed.withDestinationRule().withService("mcp-server", 100, 0);
        bed.api.jsonPatch("vs", NAMESPACE, "mcp-server", "[" + operation + "]");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(reason);
            assertThat(problem.field()).isEqualTo(SERVICE + field);
            assertThat(problem.message()).contains(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{op: remove, path: /spec/subsets/1} | SubsetNotFound | canarySubset | no subset named canary",
                "{op: replace, path: /spec/subsets/1/labels, value: {track: stable}} | SubsetsOverlap | stableSubset | also selects every pod",
                "{op: replace, path: /spec/subsets/0/labels, value: {app: mcp}} | SubsetsOverlap | stableSubset | also selects the pods of the other Deployment",
                "{op: replace, path: /spec/subsets/1/labels, value: {track: new}} | SubsetSelectsOtherPods | canarySubset | does not select the pods of its Deployment",
                "{op: remove, path: /spec/host} | DestinationRuleWithoutHost | name | has no host",
            })
    void subsetsThatDoNotFit(String operation, String reason, String field, String message) {
        // Given
        bed.withDestinationRule().withService("mcp-server", 100, 0);
        bed.api.jsonPatch("dr", NAMESPACE, "mcp-server", "[" + operation + "]");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.reason()).isEqualTo(reason);
            assertThat(problem.field()).isEqualTo(RULE + field);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void routesMayBeLeftOutOnlyWhenThereIsOne() {
        // Given
        bed.withDestinationRule().withService("mcp-server", 100, 0);
        Routes.Istio unnamed = new Routes.Istio(
                NAMESPACE,
                List.of(new Routes.VirtualService("mcp-server", List.of())),
                "mcp-server",
                Map.of(Slot.A, "stable", Slot.B, "canary"));

        // When
        List<Problem> problems = bed.router().check(KEY, unnamed);

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo(SERVICE + "routes");
            assertThat(problem.message()).contains("3 http routes", "sse, mcp, rest");
        });
    }

    @Test
    void twoVirtualServicesOfOneHostAreRefused() {
        // Given
        bed.withDestinationRule().withService("mcp-server", 100, 0);
        bed.api.apply(IstioBed.service("mcp-server", 100, 0).replaceFirst("name: mcp-server", "name: older"));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("HostNotUnique");
            assertThat(problem.message()).contains("VirtualService older", "mcp-server.example.com");
        });
    }

    private List<Problem> check() {
        return bed.router().check(KEY, ROUTES);
    }
}
