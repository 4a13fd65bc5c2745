package io.mcprollout.sandbox.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.envoy.MeshPair.Seen;
import io.mcprollout.sandbox.envoy.RandomRoutes.Asked;
import io.mcprollout.sandbox.mesh.Request;
import io.mcprollout.sandbox.mesh.RouteTable;
import io.mcprollout.sandbox.mesh.Rule;
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
        Agreement.Shares mesh = new Agreement.Shares();
        Agreement.Shares envoy = new Agreement.Shares();
        int forwarded = 0;

        // When
        try (MeshPair pair = new MeshPair(routes.virtualService())) {
            for (int table = 0; table < TABLES; table++) {
                JsonNode virtualService = routes.virtualService();
                pair.follow(virtualService);
                for (int i = 0; i < REQUESTS_PER_TABLE; i++) {
                    Asked asked = routes.request();
                    Optional<Rule> rule = rule(virtualService, asked);
                    Seen here = pair.send(pair.mesh, asked);
                    Seen there = pair.send(pair.envoy, asked);
                    String name =
                            rule.map(r -> r.name().replaceAll("[.].*", "")).orElse("");
                    Agreement.require(asked + " by " + virtualService, name, here, there);
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
