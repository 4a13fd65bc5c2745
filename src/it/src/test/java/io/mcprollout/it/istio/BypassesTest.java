package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.it.Definition;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.sandbox.kube.http.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leads to the Service past the managed routes is found; what does not is left alone. */
class BypassesTest extends RouterBed {
    private static final String INSIDE = "no managed VirtualService is bound to mesh for host"
            + " mcp-server.mcp-services.svc.cluster.local: callers inside the cluster that use Service mcp-server get"
            + " either version; if there are any, add that gateway and that host";

    @BeforeEach
    void kindsOfOthers() {
        bed.api.apply(Definition.of("ingresses", "networking.k8s.io", "v1", "Ingress"));
        bed.api.apply(Definition.HTTP_ROUTE);
    }

    @Test
    void callersInsideTheMeshAreOnlySaidToBeThere() {
        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open()).isEmpty();
        assertThat(paths.possible()).containsExactly(INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mcp-server.mcp-services.svc.cluster.local",
                "mcp-server",
                "'*'",
                "'*.mcp-services.svc.cluster.local'",
            })
    void callersInsideTheMeshAreCovered(String host) {
        // Given
        patch("[{op: add, path: /spec/gateways/-, value: mesh}, {op: add, path: /spec/hosts/-, value: " + host + "}]");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.isClear()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{op: add, path: /spec/gateways/-, value: mesh}]",
                "[{op: add, path: /spec/hosts/-, value: mcp-server}]",
                "[{op: add, path: /spec/gateways/-, value: mesh}, {op: add, path: /spec/hosts/-, value: other}]",
            })
    void aGatewayWithoutTheHostOrAHostWithoutTheGatewayCoversNothing(String operations) {
        // Given
        patch(operations);

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.possible()).containsExactly(INSIDE);
    }

    @Test
    void theRootOfADelegateSaysWhoIsCovered() {
        // Given
        patch("[{op: remove, path: /spec/hosts}, {op: remove, path: /spec/gateways}]");
        bed.api.apply("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: root, namespace: mcp-services}
                spec:
                  hosts: [mcp.example.com, mcp-server]
                  gateways: [public, mesh]
                  http: [{name: all, delegate: {name: mcp-server}}]
                """);

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.isClear()).isTrue();
    }

    @Test
    void aRootInAnotherNamespaceCannotBeSeen() {
        // Given
        patch("[{op: remove, path: /spec/hosts}, {op: remove, path: /spec/gateways}]");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.possible())
                .containsExactly(
                        "VirtualService mcp-server is delegated to from another namespace: whether callers inside"
                                + " the mesh are routed by it cannot be seen from here");
        assertThat(paths.unprobed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http: [{name: all, route: [{destination: {host: mcp-server}}]}] | route all of VirtualService other sends to Service mcp-server without a subset, which is to both versions; give it subset stable, or take it away",
                "http: [{route: [{destination: {host: mcp-server.mcp-services.svc.cluster.local}, weight: 1}, {destination: {host: x}, weight: 99}]}] | route http[0] of VirtualService other sends to Service mcp-server without a subset, which is to both versions; give it subset stable, or take it away",
                "tcp: [{route: [{destination: {host: mcp-server}}]}] | route tcp[0] of VirtualService other sends to Service mcp-server without a subset, which is to both versions; give it subset stable, or take it away",
            })
    void anotherVirtualServiceWithoutASubsetIsAWay(String rules, String sentence) {
        // Given
        bed.api.apply(other(rules));

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open()).containsExactly(sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http: [{route: [{destination: {host: mcp-server, subset: stable}}]}]",
                "http: [{route: [{destination: {host: mcp-server}, weight: 0}, {destination: {host: x}, weight: 100}]}]",
                "http: [{route: [{destination: {host: mcp-server.elsewhere.svc.cluster.local}}]}]",
                "http: [{redirect: {uri: /}}]",
            })
    void aVirtualServiceForSomethingElseIsNone(String rules) {
        // Given
        bed.api.apply(other(rules));

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open()).isEmpty();
    }

    @Test
    void anotherRuleOfTheManagedVirtualServiceIsAWay() {
        // Given
        patch("[{op: remove, path: /spec/http/0/route/0/destination/subset}]");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open())
                .singleElement()
                .asString()
                .startsWith("route sse of VirtualService mcp-server sends to Service mcp-server without a subset");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{defaultBackend: {service: {name: mcp-server, port: {number: 80}}}} | true",
                "{rules: [{host: a, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: mcp-server}}}]}}]} | true",
                "{defaultBackend: {service: {name: website}}} | false",
                "{rules: [{host: a}]} | false",
            })
    void anIngressToTheServiceIsAWay(String spec, boolean isWay) {
        // Given
        bed.api.apply(
                "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: mcp-services},"
                        + " spec: " + spec + "}");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open())
                .hasSize(isWay ? 1 : 0)
                .allSatisfy(way -> assertThat(way)
                        .startsWith("Ingress web sends to Service mcp-server, which is to both versions"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: mcp-server, port: 3000} | true",
                "{name: mcp-server, weight: 0} | false",
                "{name: mcp-server, namespace: elsewhere} | false",
                "{name: mcp-server, kind: ServiceImport, group: multicluster.x-k8s.io} | false",
                "{name: website} | false",
            })
    void anHttpRouteToTheServiceIsAWay(String backend, boolean isWay) {
        // Given
        bed.api.apply("{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute,"
                + " metadata: {name: web, namespace: mcp-services}, spec: {rules: [{backendRefs: [" + backend
                + "]}]}}");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open())
                .hasSize(isWay ? 1 : 0)
                .allSatisfy(way -> assertThat(way)
                        .startsWith("HTTPRoute web sends to Service mcp-server, which is to both versions"));
    }

    @Test
    void aServiceWithAnAddressOfItsOwnIsOnlySaidToBeThere() {
        // Given
        bed.api.mergePatch("services", NAMESPACE, "mcp-server", "{spec: {type: LoadBalancer}}");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open()).isEmpty();
        assertThat(paths.possible())
                .anySatisfy(way -> assertThat(way).startsWith("Service mcp-server is of type LoadBalancer"));
    }

    @Test
    void ambientCallersThatSeemCoveredAreNot() {
        // Given
        bed.api.mergePatch("namespaces", "", NAMESPACE, "{metadata: {labels: {'istio.io/dataplane-mode': ambient}}}");
        patch("[{op: add, path: /spec/gateways/-, value: mesh}, {op: add, path: /spec/hosts/-, value: mcp-server}]");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open())
                .singleElement()
                .asString()
                .startsWith(
                        "namespace mcp-services is in ambient mode without a waypoint, where VirtualServices do not hold");
    }

    @Test
    void ambientCallersThatNobodyPromisedAnythingAreOnlySaidToBeThere() {
        // Given
        bed.api.mergePatch("namespaces", "", NAMESPACE, "{metadata: {labels: {'istio.io/dataplane-mode': ambient}}}");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open()).isEmpty();
        assertThat(paths.possible()).singleElement().asString().contains("ambient mode without a waypoint");
    }

    @Test
    void whatCannotBeReadIsSaidAndHoldsNothing() {
        // Given
        bed.api
                .faults()
                .always(call -> call.resource().equals("ingresses"), Fault.answer(403, "Forbidden", "not for you"));

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.open()).isEmpty();
        assertThat(paths.possible())
                .anySatisfy(way -> assertThat(way)
                        .startsWith("the Ingresses of the namespace cannot be read")
                        .contains("not for you"));
    }

    @Test
    void anEntryPointThatAProbeComesByIsProbed() {
        // When
        Paths paths = paths();

        // Then
        assertThat(paths.unprobed()).isEmpty();
    }

    @Test
    void aVirtualServiceForWhoseHostsNoProbeAsksIsNot() {
        // When
        Paths paths = paths("https://elsewhere.example.com/mcp");

        // Then
        assertThat(paths.unprobed())
                .containsExactly("no probe asks for a host of VirtualService mcp-server, which are"
                        + " mcp-server.example.com: whether the new version works there is not looked at; add a probe with"
                        + " such a url");
    }

    @Test
    void aSecondGatewayWantsASecondProbe() {
        // Given
        patch("[{op: add, path: /spec/gateways/-, value: partners}]");

        // When
        Paths one = paths("https://mcp-server.example.com/mcp");
        Paths both = paths("https://mcp-server.example.com/mcp", "https://mcp-server.example.com/mcp partners");

        // Then
        assertThat(one.unprobed())
                .containsExactly("VirtualService mcp-server is bound to 2 gateways, and probes come by 1 of them; add a"
                        + " probe for each, by its url or its connect.entryPoint");
        assertThat(both.unprobed()).isEmpty();
    }

    @Test
    void callersInsideTheMeshWantNoProbeFromOutside() {
        // Given
        patch(
                "[{op: replace, path: /spec/gateways, value: [mesh]}, {op: replace, path: /spec/hosts, value: [mcp-server]}]");

        // When
        Paths paths = paths();

        // Then
        assertThat(paths.unprobed()).isEmpty();
    }

    private Paths paths() {
        return paths("https://mcp-server.example.com/mcp");
    }

    private Paths paths(String... urls) {
        return bed.router()
                .paths(KEY, ROUTES, Stream.of(urls).map(BypassesTest::probe).toList());
    }

    /** A URL, and after a blank the entry point by which it is asked. */
    private static ProbeSpec probe(String url) {
        String[] parts = url.split(" ", 2);
        return new ProbeSpec(
                url,
                URI.create(parts[0]),
                Optional.empty(),
                Duration.ofSeconds(5),
                List.of(),
                List.of(),
                Optional.empty(),
                parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(),
                Optional.empty());
    }

    private void patch(String operations) {
        bed.api.jsonPatch("vs", NAMESPACE, "mcp-server", operations);
    }

    private static String other(String rules) {
        return "{apiVersion: networking.istio.io/v1, kind: VirtualService,"
                + " metadata: {name: other, namespace: mcp-services},"
                + " spec: {hosts: [other.example.com], gateways: [public], " + rules + "}}";
    }
}
