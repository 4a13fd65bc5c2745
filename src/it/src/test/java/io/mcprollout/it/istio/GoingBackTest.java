package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static io.mcprollout.sandbox.kube.http.Faults.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.sandbox.kube.http.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Promise 1, going back always works, where routes are written. */
class GoingBackTest extends RouterBed {
    private static final RouteView BACK = new RouteView.Seen("mcp-server/mcp", Split.allStable(Slot.A), Set.of(), true);

    @Test
    void aFallWinsAgainstEverybodyWhoWritesInBetween() {
        // Given
        bed.hold(25);
        meddle(3);

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Done.class,
                        done -> assertThat(done.now().views()).containsExactly(BACK));
        assertThat(bed.object("mcp-server").at("/metadata/labels/n").asText()).isEqualTo("3");
    }

    @Test
    void aConflictDoesNotStopAFall() {
        // Given
        bed.hold(25);
        bed.api.faults().first(3, on("patch", "virtualservices", ""), Fault.answer(409, "Conflict", "was modified"));

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Done.class,
                        done -> assertThat(done.now().views()).containsExactly(BACK));
    }

    @Test
    void aRenamedRouteWithAThirdDestinationGoesBackAllTheSame() {
        // Given
        bed.hold(25);
        bed.api.jsonPatch("vs", NAMESPACE, "mcp-server", """
                - {op: replace, path: /spec/http/3/name, value: renamed}
                - {op: replace, path: /spec/http/3/route/0/weight, value: 60}
                - {op: add, path: /spec/http/3/route/-, value: {destination: {host: mcp-server, subset: v3}, weight: 15}}
                """);
        bed.api.delete("destinationrules", NAMESPACE, "mcp-server");

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Done.class,
                        done -> assertThat(done.now().views()).containsExactly(new RouteView.Gone("mcp-server/mcp")));
        assertThat(bed.weights("mcp-server", "renamed")).containsExactly(85, 0, 15);
        assertThat(bed.http("mcp-server").findValuesAsText("name")).noneMatch(name -> name.startsWith("mcprollout-"));
    }

    @Test
    void anAnswerThatIsLostOnItsWayIsFoundOut() {
        // Given
        bed.hold(25);
        bed.api.faults().first(1, on("patch", "virtualservices", ""), new Fault.LoseAnswer());

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        assertThat(written).isInstanceOfSatisfying(Written.Done.class, done -> {
            assertThat(done.changed()).isTrue();
            assertThat(done.now().views()).containsExactly(BACK);
        });
    }

    @Test
    void aWebhookThatIsDownIsSaidInASentence() {
        // Given
        bed.hold(25);
        String message =
                "Internal error occurred: failed calling webhook \"rev.validation.istio.io\": connection refused";
        bed.api.faults().always(on("patch", "virtualservices", ""), Fault.answer(500, "InternalError", message));

        // When
        Instant before = Instant.now();
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause())
                                .startsWith("VirtualService mcp-server: an admission webhook cannot be reached")
                                .contains("rev.validation.istio.io"));
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpAfterTheDeadline() {
        // Given
        bed.hold(25);
        bed.api.faults().always(on("patch", "virtualservices", ""), new Fault.Silence());

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause()).contains("did not answer within"));
    }

    @Test
    void aDeletedVirtualServiceIsGoneAndNothingToFallOn() {
        // Given
        bed.hold(25);
        bed.api.delete("virtualservices", NAMESPACE, "mcp-server");

        // When
        Written back = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());
        Written released = bed.router().release(KEY, ROUTES, Slot.A);

        // Then
        assertThat(back)
                .isInstanceOfSatisfying(
                        Written.Done.class,
                        done -> assertThat(done.now().views()).containsExactly(new RouteView.Gone("mcp-server/mcp")));
        assertThat(released).isInstanceOf(Written.Done.class);
    }

    private void meddle(int times) {
        var count = new AtomicInteger();
        bed.api.authorize(call -> {
            if (call.verb().equals("patch") && count.get() < times) {
                bed.api.mergePatch(
                        "vs", NAMESPACE, "mcp-server", "{metadata: {labels: {n: '" + count.incrementAndGet() + "'}}}");
            }
            return true;
        });
    }
}
