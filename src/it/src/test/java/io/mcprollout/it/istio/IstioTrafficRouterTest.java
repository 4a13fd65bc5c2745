package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static io.mcprollout.it.istio.IstioBed.PINS;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static io.mcprollout.sandbox.kube.http.Faults.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.sandbox.kube.http.Fault;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Promise 5, foreign configuration is left alone, and how a share rises, where routes are written. */
class IstioTrafficRouterTest extends RouterBed {
    private static final RolloutKey OTHER = new RolloutKey(NAMESPACE, "other");

    private boolean isOwn() {
        return bed.observe().views().getFirst() instanceof RouteView.Seen seen && seen.isOwn();
    }

    @Test
    void tellsWhoChangedTheRulesLast() {
        // Given
        boolean before = isOwn();
        bed.hold(25);
        boolean written = isOwn();
        bed.api.mergePatch("virtualservices", IstioBed.NAMESPACE, "mcp-server", "{metadata: {labels: {a: b}}}");
        await().until(() -> bed.observe().views().getFirst() instanceof RouteView.Seen && labelled());
        boolean labelled = isOwn();
        // When
        int rule = bed.http("mcp-server").size() - 2;
        bed.api.jsonPatch(
                "virtualservices",
                IstioBed.NAMESPACE,
                "mcp-server",
                "[{op: replace, path: /spec/http/" + rule + "/route/1/weight, value: 0}]");
        await().until(() -> weight() == 0);
        // Then
        assertThat(before).isFalse();
        assertThat(written).isTrue();
        assertThat(labelled).isTrue();
        assertThat(isOwn()).isFalse();
    }

    private boolean labelled() {
        return bed.object("mcp-server").at("/metadata/labels").has("a");
    }

    private int weight() {
        return bed.observe().views().getFirst() instanceof RouteView.Seen seen
                ? seen.split().candidate().percent()
                : -1;
    }

    @Test
    void aWholeRolloutLeavesNothingButTheWeight() {
        // Given
        JsonNode before = bed.object("mcp-server");

        // When
        bed.hold(0);
        bed.hold(10);
        bed.hold(100);
        Written released = bed.router().release(KEY, ROUTES, Slot.A);

        // Then
        assertThat(released).isInstanceOf(Written.Done.class);
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(0, 100);
        assertThat(withoutWeights(bed.object("mcp-server"))).isEqualTo(withoutWeights(before));
    }

    @Test
    void theFirstHoldMakesProbesPossibleAndARiseKeepsTheToken() {
        // When
        Written first = bed.hold(0);
        Written second = bed.hold(25);

        // Then
        assertThat(first).isInstanceOfSatisfying(Written.Done.class, done -> {
            assertThat(done.changed()).isTrue();
            assertThat(done.now().token()).matches("[0-9a-f]{32}");
            assertThat(done.now().views())
                    .containsExactly(new RouteView.Seen("mcp-server/mcp", Split.allStable(Slot.A), PINS, true));
            assertThat(done.now().host()).isEqualTo("mcp-server.mcp-services.svc.cluster.local");
        });
        assertThat(second).isInstanceOfSatisfying(Written.Done.class, done -> {
            assertThat(done.now().token())
                    .isEqualTo(((Written.Done) first).now().token());
            assertThat(done.now().views())
                    .containsExactly(
                            new RouteView.Seen("mcp-server/mcp", new Split(Slot.A, new Weight(25)), PINS, true));
        });
        assertThat(bed.api.log().entries())
                .filteredOn(entry -> entry.call().verb().equals("patch"))
                .hasSize(2)
                .allMatch(entry -> entry.call().param("fieldManager").equals("mcprollout"));
    }

    @Test
    void looksAndHoldsOfWhatIsThereCostNoRequestOnceTheWatchIsConnected() {
        // Given
        bed.hold(10);
        await().until(() -> {
            long before = bed.calls("get");
            bed.observe();
            return bed.calls("get") == before;
        });
        bed.api.log().clear();

        // When
        Written again = bed.hold(10);

        // Then
        assertThat(again)
                .isInstanceOfSatisfying(
                        Written.Done.class, done -> assertThat(done.changed()).isFalse());
        assertThat(bed.api.log().counts()).isEmpty();
    }

    @Test
    void everyChangeByOthersIsToldAndSeen() {
        // Given
        bed.hold(10);
        await().until(() -> bed.api.openWatches(call -> call.resource().equals("virtualservices")) == 1);
        bed.changed.clear();

        // When
        bed.api.jsonPatch(
                "vs", NAMESPACE, "mcp-server", "[{op: replace, path: /spec/http/3/route/1/weight, value: 90}]");

        // Then
        await().untilAsserted(() -> assertThat(bed.changed).contains(KEY));
        assertThat(bed.observe().views())
                .containsExactly(new RouteView.Seen("mcp-server/mcp", new Split(Slot.A, new Weight(50)), PINS));
    }

    @Test
    void aRiseIsMadeOnlyOnWhatWasSeen() {
        // Given
        bed.hold(10);
        Traffic seen = bed.observe();
        bed.api.jsonPatch(
                "vs",
                NAMESPACE,
                "mcp-server",
                "[{op: replace, path: /spec/http/3/route/0/weight, value: 100}, {op: replace, path: /spec/http/3/route/1/weight, value: 0}]");

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.plan(25), seen);

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause()).contains("changed by somebody else"));
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(100, 0);
    }

    @Test
    void aRiseLosesAgainstAnybodyWhoWritesInBetween() {
        // Given
        bed.hold(10);
        Traffic seen = bed.observe();
        meddleOnce("[{op: add, path: /metadata/labels/touched, value: 'yes'}]");

        // When
        Written written = bed.router().hold(KEY, ROUTES, IstioBed.plan(25), seen);

        // Then
        assertThat(written).isInstanceOf(Written.Failed.class);
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(90, 10);
    }

    @Test
    void aRiseIsRefusedWithAThirdDestinationAndWithoutTheSubset() {
        // Given
        bed.hold(10);
        bed.api.jsonPatch("dr", NAMESPACE, "mcp-server", "[{op: remove, path: /spec/subsets/1}]");
        await().until(() -> !bed.router().check(KEY, ROUTES).isEmpty());

        // When
        Written written = bed.hold(25);

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause()).contains("no subset named canary"));
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(90, 10);
    }

    @Test
    void anUnreadableServerIsUnreadable() {
        // Given
        bed.observe();
        bed.api.faults().always(on("*", "virtualservices", ""), Fault.answer(503, "ServiceUnavailable", "starting"));
        bed.api.endWatches(on("watch", "virtualservices", ""));
        await().until(() -> bed.observe().views().getFirst() instanceof RouteView.Unreadable);

        // When
        Traffic seen = bed.observe();

        // Then
        assertThat(seen.views()).containsExactly(new RouteView.Unreadable("mcp-server/mcp", "starting"));
    }

    @Test
    void aForgottenRolloutHearsOfNothing() {
        // Given
        bed.observe();
        await().until(() -> bed.router().observe(OTHER, ROUTES, Slot.A).views().getFirst() instanceof RouteView.Seen);
        bed.router().forget(KEY);
        bed.changed.clear();

        // When
        bed.api.mergePatch("vs", NAMESPACE, "mcp-server", "{metadata: {labels: {a: b}}}");

        // Then
        await().until(() -> bed.changed.contains(OTHER));
        assertThat(bed.changed).doesNotContain(KEY);
    }

    /** Somebody else patches the object just before our next patch arrives. */
    private void meddleOnce(String operations) {
        var done = new AtomicBoolean();
        bed.api.authorize(call -> {
            if (call.verb().equals("patch") && done.compareAndSet(false, true)) {
                bed.api.jsonPatch("vs", NAMESPACE, "mcp-server", operations);
            }
            return true;
        });
    }

    private static JsonNode withoutWeights(JsonNode object) {
        JsonNode copy = object.deepCopy();
        copy.findParents("weight").forEach(parent -> ((ObjectNode) parent).remove("weight"));
        var metadata = (ObjectNode) copy.path("metadata");
        metadata.remove(List.of("resourceVersion", "generation", "managedFields"));
        return copy;
    }
}
