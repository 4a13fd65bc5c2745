package io.mcprollout.sandbox.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.envoy.MeshPair.Seen;
import io.mcprollout.sandbox.envoy.RandomRoutes.Asked;
import io.mcprollout.sandbox.mesh.Action;
import io.mcprollout.sandbox.mesh.Destination;
import io.mcprollout.sandbox.mesh.Request;
import io.mcprollout.sandbox.mesh.RouteTable;
import io.mcprollout.sandbox.mesh.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The mesh of this process and a real Envoy route alike, because both follow the same table. */
@Tag("e2e")
class EnvoyEquivalenceIT {
    private static final int TABLES = 40;
    private static final int REQUESTS_PER_TABLE = 50;

    @Test
    void bothBackEndsRouteTwoThousandRandomRequestsAlike() throws Exception {
        // Given
        SplittableRandom random = new SplittableRandom(20_261_122);
        RandomRoutes routes = new RandomRoutes(random);
        Shares mesh = new Shares();
        Shares envoy = new Shares();
        int forwarded = 0;

        // When
        try (MeshPair pair = new MeshPair(routes.virtualService())) {
            for (int table = 0; table < TABLES; table++) {
                JsonNode virtualService = routes.virtualService();
                pair.config.virtualServices(virtualService);
                pair.mesh.configChanged();
                pair.envoy.configChanged();
                assertThat(pair.mesh.problem()).isEmpty();
                await().pollInterval(Duration.ofMillis(5)).until(pair.envoy::settled);
                for (int i = 0; i < REQUESTS_PER_TABLE; i++) {
                    Asked asked = routes.request();
                    Optional<Rule> rule = rule(virtualService, asked);
                    Seen here = pair.send(pair.mesh, asked);
                    Seen there = pair.send(pair.envoy, asked);
                    compare(virtualService, asked, rule, here, there);
                    rule.ifPresent(r -> mesh.count(r, here));
                    rule.ifPresent(r -> envoy.count(r, there));
                    forwarded += here.header("x-echo-server").isEmpty() ? 0 : 1;
                }
            }
        }

        // Then
        assertThat(forwarded).as("requests that reached a server").isGreaterThan(TABLES * REQUESTS_PER_TABLE / 4);
        assertThat(mesh.trials).isGreaterThan(200);
        assertThat(mesh.deviations()).as("mesh: standard deviations").isBetween(-4.0, 4.0);
        assertThat(envoy.deviations()).as("Envoy: standard deviations").isBetween(-4.0, 4.0);
    }

    private static Optional<Rule> rule(JsonNode virtualService, Asked asked) {
        return RouteTable.of(List.of(virtualService), MeshPair.GATEWAY, asked.host())
                .match(Request.of(asked.method(), asked.host(), asked.target(), asked.headers()));
    }

    private static void compare(JsonNode virtualService, Asked asked, Optional<Rule> rule, Seen here, Seen there) {
        String what = asked + " by " + virtualService;
        String name = rule.map(r -> r.name().replaceAll("[.].*", "")).orElse("");
        assertThat(here.header("x-rule")).as("rule of the mesh for %s", what).isEqualTo(name);
        assertThat(there.header("x-rule")).as("rule of Envoy for %s", what).isEqualTo(name);
        assertThat(there.header("server")).isEqualTo(here.header("server"));
        boolean sameShare = here.header("x-share").equals(there.header("x-share"));
        if (!sameShare) {
            return; // both drew, and each share is checked by what it may be and how often it is
        }
        assertThat(there.status()).as("status for %s", what).isEqualTo(here.status());
        assertThat(there.headersFrom("x-h-"))
                .as("response headers for %s", what)
                .isEqualTo(here.headersFrom("x-h-"));
        assertThat(there.header("location")).as("location for %s", what).isEqualTo(here.header("location"));
        if (here.header("x-echo-server").isEmpty()) {
            assertThat(there.body()).as("body for %s", what).isEqualTo(here.body());
        } else {
            received(what, here.received(), there.received());
        }
    }

    private static void received(String what, JsonNode here, JsonNode there) {
        for (String field : List.of("method", "target", "body")) {
            assertThat(there.path(field)).as("%s for %s", field, what).isEqualTo(here.path(field));
        }
        for (String header : List.of(
                "host",
                "x-a",
                "x-b",
                "mcp-session-id",
                "x-h-one",
                "x-h-two",
                "x-h-three",
                "x-envoy-original-path",
                "x-forwarded-proto")) {
            assertThat(there.path("headers").path(header))
                    .as("%s for %s", header, what)
                    .isEqualTo(here.path("headers").path(header));
        }
    }

    /** How often the first destination of weighted rules was chosen, against how often it should have been. */
    private static final class Shares {
        private int trials;
        private double surplus;
        private double variance;

        void count(Rule rule, Seen seen) {
            if (!(rule.action() instanceof Action.Forward forward) || !forward.weighted()) {
                return;
            }
            List<String> possible =
                    forward.destinations().stream().map(Shares::name).toList();
            assertThat(possible).contains(seen.header("x-share"));
            int total = forward.destinations().stream()
                    .mapToInt(Destination::weight)
                    .sum();
            double share = forward.destinations().getFirst().weight() / (double) total;
            trials += share < 1 ? 1 : 0;
            surplus += (seen.header("x-share").equals(possible.getFirst()) ? 1 : 0) - share;
            variance += share * (1 - share);
        }

        private static String name(Destination destination) {
            return destination.headers().response().set().stream()
                    .filter(header -> header.name().equals("x-share"))
                    .findFirst()
                    .orElseThrow()
                    .value();
        }

        double deviations() {
            return surplus / Math.sqrt(variance);
        }
    }

    @Test
    void theSameFailuresMoveTheSameCounters() throws Exception {
        try (MeshPair pair = new MeshPair(FailureCounts.virtualService())) {
            // Given
            await().until(pair.envoy::settled);

            // When
            Map<String, Long> here = new FailureCounts(pair, pair.mesh).measure();
            Map<String, Long> there = new FailureCounts(pair, pair.envoy).measure();

            // Then
            assertThat(there).hasSizeGreaterThan(30);
            assertThat(here).isEqualTo(there);
        }
    }
}
