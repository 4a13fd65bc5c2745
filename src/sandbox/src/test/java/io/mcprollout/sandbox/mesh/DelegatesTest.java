package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that a VirtualService leaves to another one. */
class DelegatesTest extends Routing {
    private static JsonNode delegate(String http) {
        return Yaml.of("""
                kind: VirtualService
                metadata: {name: owned, namespace: rollouts}
                spec:
                  http:
                """ + http.stripTrailing().indent(2));
    }

    private static RouteTable table(String root, String... delegates) {
        List<JsonNode> all = Stream.concat(
                        Stream.of(Yaml.virtualService(root)),
                        Stream.of(delegates).map(DelegatesTest::delegate))
                .toList();
        return RouteTable.of(all, GATEWAY, "mcp.example.com");
    }

    private static String rule(RouteTable table, String target, Map<String, String> headers) {
        return table.match(get(target, headers)).map(Rule::name).orElse("none");
    }

    @Test
    void aDelegatesRulesHoldWithinTheRootsAndBearBothNames() {
        // Given
        RouteTable table = table("""
                - {name: mcp, match: [{uri: {prefix: /mcp}}], delegate: {name: owned, namespace: rollouts}}
                - {name: rest, route: [{destination: {host: web}}]}
                """, """
                - {name: pin, match: [{headers: {x-mcp-pin: {exact: a-1}}}], route: [{destination: {host: mcp-server}}]}
                - {name: new, route: [{destination: {host: mcp-server}}]}
                """);

        // When
        List<String> rules = List.of(
                rule(table, "/mcp", Map.of("x-mcp-pin", "a-1")),
                rule(table, "/mcp", Map.of("x-mcp-pin", "a-12")),
                rule(table, "/other", Map.of("x-mcp-pin", "a-1")));

        // Then
        assertThat(rules).containsExactly("mcp-pin", "mcp-new", "rest");
        assertThat(table.destinations())
                .extracting(Destination::host)
                .containsExactly(
                        "mcp-server.rollouts.svc.cluster.local",
                        "mcp-server.rollouts.svc.cluster.local",
                        "web.ns.svc.cluster.local");
    }

    @Test
    void whatTheDelegateDoesNotSayIsTheRoots() {
        // Given
        RouteTable table = table("""
                - name: mcp
                  timeout: 3s
                  headers: {response: {set: {x-root: r, x-both: r}}}
                  delegate: {name: owned, namespace: rollouts}
                """, """
                - {name: own, match: [{headers: {a: {}}}], timeout: 5s, headers: {response: {set: {x-both: d}}}, route: [{destination: {host: b}}]}
                - {name: bare, route: [{destination: {host: b}}]}
                """);

        // When
        Rule own = table.match(get("/mcp", Map.of("a", "1"))).orElseThrow();
        Rule bare = table.match(get("/mcp", Map.of())).orElseThrow();

        // Then
        assertThat(((Action.Forward) own.action()).timeout()).hasValue(Duration.ofSeconds(5));
        assertThat(((Action.Forward) bare.action()).timeout()).hasValue(Duration.ofSeconds(3));
        assertThat(own.responseHeaders(Optional.empty()).getFirst().set())
                .containsExactly(
                        new HeaderOperations.Header("x-both", "d"), new HeaderOperations.Header("x-root", "r"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{uri: {prefix: /mcp}} | {uri: {prefix: /mcp/x}} | true",
                "{uri: {prefix: /mcp/x}} | {uri: {prefix: /mcp}} | false",
                "{uri: {prefix: /mcp}} | {uri: {exact: /mcp/x}} | true",
                "{uri: {exact: /mcp/x}} | {uri: {prefix: /mcp}} | false",
                "{uri: {exact: /mcp/x}} | {uri: {exact: /mcp/x}} | true",
                "{uri: {regex: /mcp.*}} | {uri: {exact: /mcp/x}} | false",
                "{uri: {prefix: /mcp}} | {uri: {regex: /mcp.*}} | false",
                "{uri: {regex: /mcp.*}} | {headers: {a: {exact: b}}} | true",
                "{headers: {a: {exact: b}}} | {headers: {a: {exact: c}}} | false",
                "{headers: {a: {exact: b}}} | {headers: {b: {exact: c}}} | true",
                "{headers: {a: {}}} | {headers: {a: {exact: c}}} | false",
                "{ignoreUriCase: true} | {uri: {exact: /mcp/x}} | false",
                "{method: {exact: POST}} | {method: {exact: GET}} | false",
                "{gateways: [istio-ingress/gateway]} | {gateways: [mesh]} | false",
            })
    void aRuleThatDoesNotFitWithinTheRootsIsLeftOut(String root, String own, boolean kept) {
        // When
        RouteTable table = table(
                "- {match: [" + root + "], delegate: {name: owned, namespace: rollouts}}",
                "- {match: [" + own + "], route: [{destination: {host: b}}]}");

        // Then
        assertThat(table.rules()).hasSize(kept ? 1 : 0);
    }

    @Test
    void withoutItsDelegateARuleIsNoRule() {
        // When
        RouteTable table = table("- {name: mcp, delegate: {name: owned, namespace: rollouts}}");

        // Then
        assertThat(table.rules()).isEmpty();
    }

    @Test
    void aDelegateDoesNotDelegate() {
        // When
        Throwable error = catchThrowable(() ->
                table("- {name: mcp, delegate: {name: owned, namespace: rollouts}}", "- {delegate: {name: further}}"));

        // Then
        assertThat(error)
                .isInstanceOf(InvalidRouteException.class)
                .hasMessageContaining("VirtualService rollouts/owned: spec.http[0].delegate: is one too many");
    }
}
