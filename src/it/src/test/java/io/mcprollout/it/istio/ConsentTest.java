package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes of VirtualServices in another namespace than the rollout. */
class ConsentTest extends RouterBed {
    private static final Routes.Istio ABROAD = new Routes.Istio(
            IstioBed.NAMESPACE,
            List.of(new Routes.VirtualService(Optional.of("ingress"), "mcp-server", List.of("mcp"))),
            "mcp-server",
            Map.of(Slot.A, "stable", Slot.B, "canary"));

    @BeforeEach
    void abroad() {
        bed.api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: ingress}}");
        service("mcp-server", "mcp-server.mcp-services.svc.cluster.local", 100, 0);
    }

    private void service(String name, String host, int stable, int canary) {
        bed.api.apply(IstioBed.service(name, stable, canary)
                .replace("namespace: mcp-services", "namespace: ingress")
                .replace("host: mcp-server,", "host: " + host + ","));
    }

    private void allow(String namespaces) {
        bed.api.mergePatch(
                "virtualservices",
                "ingress",
                "mcp-server",
                "{metadata: {annotations: {mcprollout.io/allowed-from: '" + namespaces + "'}}}");
    }

    private List<Integer> weights() {
        return bed.api
                .get("virtualservices", "ingress", "mcp-server")
                .orElseThrow()
                .at("/spec/http")
                .valueStream()
                .filter(rule -> rule.path("name").asText().equals("mcp"))
                .flatMap(rule -> rule.path("route").valueStream())
                .map(target -> target.path("weight").asInt(-1))
                .toList();
    }

    private Traffic observe() {
        return bed.router().observe(KEY, ABROAD, Slot.A);
    }

    private Written hold(int percent, Traffic seen) {
        return bed.router().hold(KEY, ABROAD, IstioBed.plan(percent), seen);
    }

    private void awaitClosed(boolean closed) {
        await().until(() -> observe().views().getFirst().closed().isPresent() == closed);
    }

    @Test
    void risesAndFallsWithConsent() {
        // Given
        allow("shop,mcp-services");
        awaitClosed(false);
        // When
        Written risen = hold(25, observe());
        List<Integer> high = weights();
        Written fallen = bed.router().hold(KEY, ABROAD, IstioBed.back(), observe());
        // Then
        assertThat(risen).isInstanceOf(Written.Done.class);
        assertThat(high).containsExactly(75, 25);
        assertThat(fallen).isInstanceOf(Written.Done.class);
        assertThat(weights()).containsExactly(100, 0);
        assertThat(bed.weights("mcp-server", "mcp")).as("its namesake at home").containsExactly(100, 0);
        assertThat(bed.router().check(KEY, ABROAD)).isEmpty();
    }

    @Test
    void consentThatGoesBetweenLookAndWriteKeepsTheShareFromRising() {
        // Given
        allow("mcp-services");
        awaitClosed(false);
        hold(10, observe());
        Traffic seen = observe();
        // When
        allow("");
        Written written = hold(25, seen);
        // Then
        assertThat(weights()).containsExactly(90, 10);
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause())
                                .contains("lets McpRollouts of namespace mcp-services move its weights"));
    }

    @Test
    void withoutConsentItIsSeenClosedAndFalls() {
        // Given
        allow("mcp-services");
        awaitClosed(false);
        hold(10, observe());
        allow("mcp-service");
        awaitClosed(true);
        RouteView seen = observe().views().getFirst();
        // When
        Written written = bed.router().hold(KEY, ABROAD, IstioBed.back(), observe());
        // Then
        assertThat(seen).isInstanceOfSatisfying(RouteView.Odd.class, odd -> {
            assertThat(odd.route()).isEqualTo("ingress/mcp-server/mcp");
            assertThat(odd.candidate()).isEqualTo(new Weight(10));
            assertThat(odd.probeable()).isEqualTo(IstioBed.PINS);
        });
        assertThat(written).isInstanceOf(Written.Done.class);
        assertThat(weights()).containsExactly(100, 0);
    }

    @Test
    void ofWhatIsNotThereAndWhatIsClosedTheSameIsSaid() {
        // Given
        bed.router();
        List<Problem> closed = bed.router().check(KEY, ABROAD);
        // When
        bed.api.delete("virtualservices", "ingress", "mcp-server");
        await().until(() -> observe().views().getFirst() instanceof RouteView.Gone);
        // Then
        assertThat(bed.router().check(KEY, ABROAD)).isEqualTo(closed);
        assertThat(closed)
                .extracting(Problem::reason, Problem::field)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "NamespaceNotAllowed", "spec.traffic.istio.virtualServices[0].namespace"));
    }

    @Test
    void itsShortHostNamesAreServicesOfItsOwnNamespace() {
        // Given
        service("mcp-server", "mcp-server", 100, 0);
        allow("mcp-services");
        awaitClosed(false);
        // When
        List<Problem> problems = bed.router().check(KEY, ABROAD);
        // Then
        assertThat(problems).extracting(Problem::reason).containsExactly("DestinationsDiffer");
        assertThat(problems.getFirst().message())
                .startsWith(
                        "route ingress/mcp-server/mcp sends subset stable to host mcp-server but the DestinationRule is for host"
                                + " mcp-server.mcp-services.svc.cluster.local; make them the same");
    }

    @Test
    void itsNeighboursThereAreComparedWithIt() {
        // Given
        allow("mcp-services");
        bed.api.apply(IstioBed.service("twin", 100, 0)
                .replace("namespace: mcp-services", "namespace: ingress")
                .replace("twin.example.com", "mcp-server.example.com"));
        awaitClosed(false);
        // When
        List<Problem> problems = bed.router().check(KEY, ABROAD);
        // Then
        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly("spec.traffic.istio.virtualServices[0].name: VirtualService ingress/mcp-server and"
                        + " VirtualService twin are both for host mcp-server.example.com; which of them routes a request"
                        + " depends on their age. Put the routes into one");
    }

    @Test
    void aWayPastTheRouteIsFoundThere() {
        // Given
        allow("mcp-services");
        bed.api.apply("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: side, namespace: ingress}
                spec:
                  hosts: [side.example.com]
                  gateways: [public]
                  http: [{name: all, route: [{destination: {host: mcp-server.mcp-services.svc.cluster.local}}]}]
                """);
        awaitClosed(false);
        await().until(() -> !bed.router().paths(KEY, ABROAD, List.of()).open().isEmpty());
        // When
        List<String> open = bed.router().paths(KEY, ABROAD, List.of()).open();
        // Then
        assertThat(open)
                .containsExactly(
                        "route all of VirtualService ingress/side sends to Service mcp-server without a subset,"
                                + " which is to both versions; give it subset stable, or take it away");
    }

    @Test
    void aChangeThereIsHeardOf() {
        // Given
        observe();
        bed.changed.clear();
        // When
        allow("mcp-services");
        // Then
        await().until(() -> bed.changed.contains(KEY));
        assertThat(bed.router().lets("mcp-services", new ObjectName("ingress", "mcp-server")))
                .isTrue();
        assertThat(bed.router().lets("ingress", new ObjectName("mcp-services", "mcp-server")))
                .isFalse();
    }
}
