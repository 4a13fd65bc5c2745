package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.sandbox.kube.http.Fault;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Several VirtualServices rise together and fall each for itself. */
class SeveralVirtualServicesTest extends RouterBed {
    @Test
    void severalVirtualServicesFallEvenIfOneCannotAndRiseOnlyIfAllFell() {
        // Given
        bed.withService("first", 100, 0).withService("second", 70, 30);
        Routes.Istio both = IstioBed.routes("first", "second");
        bed.api
                .faults()
                .always(
                        call -> call.verb().equals("patch") && call.name().equals("second"),
                        Fault.answer(500, "InternalError", "down"));

        // When
        Written written =
                bed.router().hold(KEY, both, IstioBed.plan(25), bed.router().observe(KEY, both, Slot.A));

        // Then
        assertThat(written).isInstanceOf(Written.Failed.class);
        assertThat(bed.weights("first", "mcp")).containsExactly(100, 0);
        assertThat(bed.weights("second", "mcp")).containsExactly(70, 30);
    }

    @Test
    void theSecondFallsWhenTheFirstCannot() {
        // Given
        bed.withService("first", 70, 30).withService("second", 70, 30);
        Routes.Istio both = IstioBed.routes("first", "second");
        bed.api
                .faults()
                .always(
                        call -> call.verb().equals("patch") && call.name().equals("first"),
                        Fault.answer(500, "InternalError", "down"));

        // When
        Written written =
                bed.router().hold(KEY, both, IstioBed.back(), bed.router().observe(KEY, both, Slot.A));

        // Then
        assertThat(written).isInstanceOf(Written.Failed.class);
        assertThat(bed.weights("second", "mcp")).containsExactly(100, 0);
    }

    @Test
    void severalVirtualServicesRiseTogetherWithOneToken() {
        // Given
        bed.withService("first", 100, 0).withService("second", 100, 0);
        Routes.Istio both = IstioBed.routes("first", "second");

        // When
        Written written =
                bed.router().hold(KEY, both, IstioBed.plan(10), bed.router().observe(KEY, both, Slot.A));

        // Then
        assertThat(written)
                .isInstanceOfSatisfying(
                        Written.Done.class,
                        done -> assertThat(done.now().views())
                                .hasSize(2)
                                .allSatisfy(view -> assertThat(view)
                                        .isInstanceOfSatisfying(
                                                RouteView.Seen.class,
                                                seen -> assertThat(seen.split().candidate())
                                                        .isEqualTo(new Weight(10)))));
        assertThat(tokens("first")).isEqualTo(tokens("second")).hasSize(1);
    }

    private Set<String> tokens(String service) {
        return bed.http(service).findValues("x-mcp-probe-token").stream()
                .map(node -> node.path("exact").asText())
                .collect(Collectors.toSet());
    }
}
