package io.mcprollout.sandbox.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.envoy.MeshPair.Seen;
import io.mcprollout.sandbox.mesh.Action;
import io.mcprollout.sandbox.mesh.Destination;
import io.mcprollout.sandbox.mesh.Rule;
import java.util.List;

/** What it means that the mesh of this process and Envoy answer alike. */
final class Agreement {
    private Agreement() {}

    /** Fails when the two answers to the same request differ in anything but the share that each drew; {@code rule} is the name it must meet. */
    static void require(String what, String rule, Seen here, Seen there) {
        assertThat(here.header("x-rule")).as("rule of the mesh for %s", what).isEqualTo(rule);
        assertThat(there.header("x-rule")).as("rule of Envoy for %s", what).isEqualTo(rule);
        assertThat(there.header("server")).isEqualTo(here.header("server"));
        boolean sameShare = here.header("x-share").equals(there.header("x-share"));
        if (!sameShare) {
            return; // both drew, and each share is checked by what it may be and how often it is
        }
        assertThat(there.status()).as("status for %s", what).isEqualTo(here.status());
        assertThat(there.headersFrom("x-h-"))
                .as("response headers for %s", what)
                .isEqualTo(here.headersFrom("x-h-"));
        for (String header : List.of("location", "mcp-session-id", "x-mcp-variant", "content-type")) {
            assertThat(there.header(header)).as("%s for %s", header, what).isEqualTo(here.header(header));
        }
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
                "x-mcp-pin",
                "x-mcp-probe-variant",
                "x-mcp-probe-token",
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
    static final class Shares {
        int trials;
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
}
