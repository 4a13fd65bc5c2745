package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rule does with a request. */
class RouteActionTest extends Routing {
    @ParameterizedTest
    @CsvSource({"90, 10", "10, 25", "1, 1", "3, 5", "100, 0", "0, 7"})
    void sharesAreWeightsOverTheirSum(int stable, int canary) {
        // Given
        Rule rule = table("""
                - route:
                  - {destination: {host: mcp-server, subset: stable}, weight: %d}
                  - {destination: {host: mcp-server, subset: canary}, weight: %d}
                """.formatted(stable, canary)).rules().getFirst();
        SplittableRandom random = new SplittableRandom(42);
        int draws = 20_000;

        // When
        Map<String, Integer> counts = new TreeMap<>(Map.of("stable", 0, "canary", 0));
        for (int i = 0; i < draws; i++) {
            counts.merge(rule.choose(random.nextDouble()).subset().orElseThrow(), 1, Integer::sum);
        }

        // Then
        double expected = draws * (double) stable / (stable + canary);
        double variance = Math.max(1e-9, expected * canary / (stable + canary));
        double chiSquare = Math.pow(counts.getOrDefault("stable", 0) - expected, 2) / variance;
        assertThat(chiSquare).as("%s", counts).isLessThan(10.83); // 0.1 % with one degree of freedom
    }

    @Test
    void aSingleDestinationGetsEverythingWhateverItsWeight() {
        // Given
        Rule rule = table("- route: [{destination: {host: mcp-server, subset: stable}, weight: 0}]")
                .rules()
                .getFirst();

        // When
        Destination destination = rule.choose(0.999);

        // Then
        assertThat(destination.cluster(3000)).isEqualTo("outbound|3000|stable|mcp-server.ns.svc.cluster.local");
    }

    @Test
    void ofSeveralDestinationsThoseWithoutWeightAreDropped() {
        // Given
        Rule rule = table("""
                - route:
                  - {destination: {host: a.example, port: {number: 8080}}, weight: 5}
                  - {destination: {host: b.example}}
                """).rules().getFirst();

        // When
        List<Destination> destinations = new RouteTable(List.of(rule)).destinations();

        // Then
        assertThat(destinations).extracting(d -> d.cluster(80)).containsExactly("outbound|8080||a.example");
    }

    private static MultiMap applied(List<HeaderOperations> operations, String... headers) {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            map.add(headers[i], headers[i + 1]);
        }
        operations.forEach(change -> change.applyTo(map));
        return map;
    }

    @Test
    void removalsComeFirstThenSetsThenAdditions() {
        // Given
        Rule rule = table("""
                - headers: {response: {remove: [a, b, c], set: {b: set}, add: {b: added, c: added, d: added}}}
                  route: [{destination: {host: x}}]
                """).rules().getFirst();

        // When
        MultiMap headers = applied(rule.responseHeaders(Optional.of(rule.choose(0))), "A", "1", "d", "1");

        // Then
        assertThat(headers.contains("a")).isFalse();
        assertThat(headers.getAll("b")).containsExactly("set", "added");
        assertThat(headers.getAll("c")).containsExactly("added");
        assertThat(headers.getAll("d")).containsExactly("1", "added");
    }

    @Test
    void aSingleDestinationsSetIsStrongerThanTheRulesAndOfSeveralTheRulesIs() {
        // Given
        String headers = "headers: {request: {set: {x: rule}}, response: {set: {x: rule}}}";
        String own = "headers: {request: {set: {x: own}}, response: {set: {x: own}}}";
        Rule single = table("- {%s, route: [{destination: {host: a}, %s}]}".formatted(headers, own))
                .rules()
                .getFirst();
        Rule several = table(
                        "- {%s, route: [{destination: {host: a}, weight: 1, %s}, {destination: {host: b}, weight: 0}]}"
                                .formatted(headers, own))
                .rules()
                .getFirst();

        // When
        List<String> values = List.of(single, several).stream()
                .map(rule -> applied(rule.requestHeaders(rule.choose(0))).get("x"))
                .toList();

        // Then
        assertThat(values).containsExactly("own", "rule");
    }

    @Test
    void retriesAreIstiosUnlessTheRuleSaysOtherwise() {
        // Given
        String route = "route: [{destination: {host: a}}]";
        RouteTable table = table("""
                - {name: default, match: [{uri: {exact: /1}}], %s}
                - {name: never, match: [{uri: {exact: /2}}], retries: {attempts: 0}, %s}
                - {name: mine, match: [{uri: {exact: /3}}], retries: {attempts: 5, perTryTimeout: 2s, retryOn: "gateway-error, 429"}, %s}
                - {name: half, match: [{uri: {exact: /4}}], retries: {attempts: 1}, timeout: 1m1.5s, %s}
                """.formatted(route, route, route, route));

        // When
        List<RetryPolicy> retries = table.rules().stream()
                .map(rule -> ((Action.Forward) rule.action()).retries())
                .toList();

        // Then
        assertThat(retries.get(0)).isEqualTo(RetryPolicy.ISTIO_DEFAULT);
        assertThat(retries.get(1)).isEqualTo(RetryPolicy.NEVER);
        assertThat(retries.get(2).onStatus(429)).isTrue();
        assertThat(retries.get(2).onStatus(500)).isFalse();
        assertThat(retries.get(2).perTryTimeout()).hasValue(Duration.ofSeconds(2));
        assertThat(retries.get(3).on()).isEqualTo(RetryPolicy.ISTIO_DEFAULT.on());
        assertThat(((Action.Forward) table.rules().get(3).action()).timeout()).hasValue(Duration.ofMillis(61_500));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{prefix: /api}; {uri: /v2}; /api/x?q=1; /v2/x?q=1",
                "{exact: /api}; {uri: /v2}; /api?q=1; /v2?q=1",
                "{regex: '/a.*'}; {uri: /v2}; /api/x?q=1; /v2?q=1",
                "{prefix: /}; {uri: /v2/}; /x; /v2/x",
                "{prefix: /}; {uriRegexRewrite: {match: '^/([a-z]+)/(.*)$', rewrite: '/\\2/$/\\1'}}; /a/b?c; /b/$/a?c",
            })
    void aRewriteReplacesWhatWasMatched(String uri, String rewrite, String target, String expected) {
        // Given
        Rule rule = table("- {match: [{uri: %s}], rewrite: %s, route: [{destination: {host: a}}]}"
                        .formatted(uri, rewrite))
                .rules()
                .getFirst();
        Rewrite change = ((Action.Forward) rule.action()).rewrite().orElseThrow();

        // When
        String sent = change.target(get(target, Map.of()), rule.match().uri());

        // Then
        assertThat(sent).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{uri: /new}; http://mcp.example.com/new?q=1",
                "{uri: '/new?a=b'}; http://mcp.example.com/new?a=b",
                "{authority: other.org}; http://other.org/old?q=1",
                "{scheme: https, port: 8443}; https://mcp.example.com:8443/old?q=1",
                "{scheme: https, port: 443}; https://mcp.example.com/old?q=1",
            })
    void aRedirectKeepsWhatItDoesNotName(String redirect, String expected) {
        // Given
        Rule rule = table("- {redirect: %s}".formatted(redirect)).rules().getFirst();

        // When
        String location = ((Action.Redirect) rule.action()).location(get("/old?q=1", Map.of()));

        // Then
        assertThat(location).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{delegate: {name: x}, route: [{destination: {host: a}}]} | http[0]: delegates, so it cannot have a route",
                "{fault: {}, route: [{destination: {host: a}}]} | http[0].fault: is not supported",
                "{route: []} | http[0].route: is empty",
                "{} | http[0]: needs exactly one of route, redirect and directResponse",
                "{route: [{destination: {host: a}}, {destination: {host: b}}]} | total destination weight = 0",
                "{route: [{destination: {host: a}, weight: -1}]} | http[0].route[0].weight: is negative",
                "{route: [{destination: {}}]} | http[0].route[0].destination.host: is missing",
                "{timeout: soon, route: [{destination: {host: a}}]} | http[0].timeout: 'soon' is no duration",
                "{retries: {attempts: 1, retryOn: never}, route: [{destination: {host: a}}]} | 'never' is no retry condition",
                "{match: [{uri: {regex: '('}}], route: [{destination: {host: a}}]} | http[0].match[0].uri.regex: '(' is no RE2",
                "{match: [{uri: {exact: /a, prefix: /b}}], route: [{destination: {host: a}}]} | needs exactly one of exact",
                "{match: [{headers: {'@request.auth.claims.a': {exact: b}}}], route: [{destination: {host: a}}]} | claims",
                "{headers: {response: {set: {a: '%REQ(b)%'}}}, route: [{destination: {host: a}}]} | formatters",
                "{directResponse: {}} | http[0].directResponse.status: is missing",
                "{redirect: {redirectCode: 300}} | 300 is no redirect",
            })
    void whatCannotBeRoutedIsRefusedByName(String rule, String message) {
        // When
        Throwable error = catchThrowable(() -> table("- " + rule));

        // Then
        assertThat(error)
                .isInstanceOf(InvalidRouteException.class)
                .hasMessageContaining("VirtualService ns/mcp: spec.")
                .hasMessageContaining(message);
    }
}
