package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rule a request finds. */
class RouteMatchTest extends Routing {
    private static String chosen(RouteTable table, Request request) {
        return table.match(request).map(Rule::name).orElse("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{uri: {exact: /mcp}}; /mcp; true",
                "{uri: {exact: /mcp}}; /mcp?x=1; true",
                "{uri: {exact: /mcp}}; /mcp/; false",
                "{uri: {exact: /mcp}}; /MCP; false",
                "{uri: {exact: /mcp}, ignoreUriCase: true}; /MCP; true",
                "{uri: {prefix: /sse}}; /ssefoo; true",
                "{uri: {prefix: /sse}}; /SSE/1; false",
                "{uri: {prefix: /sse}, ignoreUriCase: true}; /SSE/1; true",
                "{uri: {regex: '/m.p'}}; /mcp; true",
                "{uri: {regex: '/m.p'}}; /mcpx; false",
                "{uri: {regex: '/m.p'}, ignoreUriCase: true}; /MCP; false",
                "{method: {exact: GET}}; /; true",
                "{method: {prefix: P}}; /; false",
                "{authority: {exact: mcp.example.com}}; /; true",
                "{authority: {regex: '.*[.]org'}}; /; false",
                "{scheme: {exact: http}}; /; true",
                "{scheme: {exact: https}}; /; false",
                "{headers: {X-One: {exact: a}}}; /; true",
                "{headers: {x-one: {exact: A}}}; /; false",
                "{headers: {x-one: {prefix: a}}}; /; true",
                "{headers: {x-one: {regex: '[a-c]'}}}; /; true",
                "{headers: {x-two: {regex: '[a-c]'}}}; /; false",
                "{headers: {x-two: {exact: 'abc,def'}}}; /; true",
                "{headers: {x-one: {}}}; /; true",
                "{headers: {x-none: {}}}; /; false",
                "{headers: {x-none: {regex: '*'}}}; /; false",
                "{headers: {x-none: {exact: a}}}; /; false",
                "{headers: {x-one: {exact: a}, x-two: {exact: b}}}; /; false",
                "{headers: {uri: {exact: nonsense}}}; /; true",
                "{withoutHeaders: {x-one: {}}}; /; false",
                "{withoutHeaders: {x-none: {}}}; /; true",
                "{withoutHeaders: {x-one: {exact: a}}}; /; false",
                "{withoutHeaders: {x-one: {exact: b}}}; /; true",
                "{withoutHeaders: {x-none: {exact: b}}}; /; true",
                "{withoutHeaders: {x-none: {prefix: ''}}}; /; false",
                "{queryParams: {v: {exact: '2'}}}; /?a=1&v=2; true",
                "{queryParams: {v: {exact: '2'}}}; /?v=3&v=2; false",
                "{queryParams: {v: {}}}; /?v; true",
                "{queryParams: {v: {exact: ''}}}; /; false",
                "{queryParams: {v: {regex: '\\d+'}}}; /?v=12; true",
                "{uri: {prefix: /a}, headers: {x-one: {exact: b}}}; /a; false",
            })
    void oneBlockHoldsWhenAllItsConditionsDo(String match, String target, boolean holds) {
        // Given
        RouteTable table = table("""
                - name: one
                  match: [%s]
                  directResponse: {status: 204}
                """.formatted(match));

        // When
        String rule = chosen(table, get(target, Map.of("x-one", "a", "x-two", "abc,def")));

        // Then
        assertThat(rule).isEqualTo(holds ? "one" : "none");
    }

    @Test
    void blocksAreAlternativesAndTheFirstRuleWins() {
        // Given
        RouteTable table = table("""
                - name: first
                  match: [{name: a, uri: {exact: /a}}, {name: b, uri: {exact: /b}}, {uri: {exact: /c}}]
                  directResponse: {status: 200}
                - name: second
                  match: [{uri: {prefix: /}}]
                  directResponse: {status: 200}
                - name: never
                  directResponse: {status: 200}
                """);

        // When
        List<String> rules = List.of("/a", "/b", "/c", "/d").stream()
                .map(path -> chosen(table, get(path, Map.of())))
                .toList();

        // Then
        assertThat(rules).containsExactly("first.a", "first.b", "first", "second");
        assertThat(table.rules()).extracting(Rule::name).doesNotContain("never");
    }

    @Test
    void aBlockForAnotherGatewayDoesNotCount() {
        // Given
        RouteTable table = table("""
                - name: elsewhere
                  match: [{gateways: [other/gateway]}]
                  directResponse: {status: 200}
                - name: here
                  match: [{gateways: [istio-ingress/gateway]}]
                  directResponse: {status: 200}
                """);

        // When
        String rule = chosen(table, get("/", Map.of()));

        // Then
        assertThat(rule).isEqualTo("here");
    }

    private static JsonNode object(String name, String created, String hosts, String http) {
        return Yaml.of("""
                {kind: VirtualService, metadata: {name: %s, namespace: ns, creationTimestamp: "%s"},
                 spec: {hosts: [%s], gateways: [istio-ingress/gateway], http: [%s]}}
                """.formatted(name, created, hosts, http));
    }

    @Test
    void objectsOfOneHostFollowEachOtherByAgeAndCatchAllsGoToTheEnd() {
        // Given
        JsonNode older = object(
                "older",
                "2026-01-01T00:00:00Z",
                "mcp.example.com",
                "{name: old-a, match: [{uri: {exact: /a}}], directResponse: {status: 200}}, {name: old-rest, directResponse: {status: 200}}");
        JsonNode newer = object(
                "newer",
                "2026-02-01T00:00:00Z",
                "mcp.example.com",
                "{name: new-b, match: [{uri: {exact: /b}}], directResponse: {status: 200}}, {name: new-rest, directResponse: {status: 200}}");

        // When
        RouteTable table = RouteTable.of(List.of(newer, older), GATEWAY, "mcp.example.com");

        // Then
        assertThat(table.rules()).extracting(Rule::name).containsExactly("old-a", "new-b", "old-rest");
    }

    @ParameterizedTest
    @CsvSource({
        "mcp.example.com, exact",
        "MCP.example.com, exact",
        "other.example.com, suffix",
        "example.com, every",
        "localhost, every",
        "short.ns.svc.cluster.local, short",
    })
    void theMostSpecificHostIsTaken(String host, String expected) {
        // Given
        List<JsonNode> objects = List.of(
                object("every", "1", "'*'", "{name: every, directResponse: {status: 200}}"),
                object("suffix", "2", "'*.example.com'", "{name: suffix, directResponse: {status: 200}}"),
                object("exact", "3", "mcp.example.com", "{name: exact, directResponse: {status: 200}}"),
                object("short", "4", "short", "{name: short, directResponse: {status: 200}}"));

        // When
        RouteTable table = RouteTable.of(objects, GATEWAY, host);

        // Then
        assertThat(table.rules()).extracting(Rule::name).containsExactly(expected);
    }

    @Test
    void anotherGatewaysObjectIsNoRoute() {
        // Given
        JsonNode object = Yaml.of("""
                {kind: VirtualService, metadata: {name: a, namespace: ns}, spec: {hosts: ['*'], gateways: [local],
                 http: [{directResponse: {status: 200}}]}}
                """);

        // When
        List<Integer> sizes = List.of(GATEWAY, "ns/local", "mesh").stream()
                .map(gateway ->
                        RouteTable.of(List.of(object), gateway, "a").rules().size())
                .toList();

        // Then
        assertThat(sizes).containsExactly(0, 1, 0);
    }
}
