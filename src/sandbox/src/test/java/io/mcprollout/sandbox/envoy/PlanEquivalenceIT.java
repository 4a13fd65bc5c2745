package io.mcprollout.sandbox.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.sandbox.envoy.MeshPair.Seen;
import io.mcprollout.sandbox.envoy.RandomRoutes.Asked;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The mesh of this process and a real Envoy, both with the script that keeps sessions on their version, route alike by the rules that plans are
 * compiled to, whatever ids, tags and forged headers they are asked with. That is 50 plans of 5,000 requests with {@code -Dmcprollout.full=true}
 * ({@code make e2e FULL=1}), and else a small part of them. How many requests met which kind of rule is in {@code target/e2e/interpreter.json}.
 */
@Tag("e2e")
class PlanEquivalenceIT {
    private static final boolean FULL = Boolean.getBoolean("mcprollout.full");
    private static final int PLANS = FULL ? 50 : 12;
    private static final int REQUESTS_PER_PLAN = FULL ? 5_000 : 250;
    private static final int AT_ONCE = 50;
    private static final List<String> KINDS = List.of("probe", "pin", "end", "untagged", "pin-gone", "new");

    private final Map<String, Integer> met = new TreeMap<>();
    private final SplittableRandom random = new SplittableRandom(20_261_123);
    private int shares;
    private int surplus;

    @Test
    void bothBackEndsRouteByPlansAlike() throws Exception {
        // Given
        RandomPlans plans = new RandomPlans(random);

        // When
        try (MeshPair pair = MeshPair.pinningSessions(PlanRoutes.root())) {
            for (int plan = 0; plan < PLANS; plan++) {
                JsonNode[] objects = plans.virtualServices();
                pair.follow(objects);
                String what = List.of(objects).toString();
                for (int i = 0; i < REQUESTS_PER_PLAN; i += AT_ONCE) {
                    ask(pair, plans, what);
                }
            }
        }
        report();

        // Then
        assertThat(met.keySet()).containsAll(KINDS);
        for (String kind : KINDS) {
            assertThat(met.get(kind)).as(kind).isGreaterThan(PLANS * REQUESTS_PER_PLAN / 200);
        }
        assertThat(Math.abs(surplus))
                .as("share a drawn by one more often than by the other")
                .isLessThan(4 * (int) Math.sqrt(shares) + 1);
    }

    private void ask(MeshPair pair, RandomPlans plans, String what) {
        List<Asked> asked = new ArrayList<>();
        List<CompletableFuture<Seen>> here = new ArrayList<>();
        List<CompletableFuture<Seen>> there = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Asked one = plans.request();
            asked.add(one);
            here.add(pair.ask(pair.mesh, one));
            there.add(pair.ask(pair.envoy, one));
        }
        for (int i = 0; i < AT_ONCE; i++) {
            Seen mesh = here.get(i).orTimeout(20, TimeUnit.SECONDS).join();
            Seen envoy = there.get(i).orTimeout(20, TimeUnit.SECONDS).join();
            String rule = mesh.header("x-rule");
            Agreement.require(asked.get(i) + " by " + what, rule, mesh, envoy);
            count(rule, mesh, envoy);
        }
    }

    private void count(String rule, Seen mesh, Seen envoy) {
        String own = rule.startsWith(TrafficPlan.RULE_PREFIX) ? rule.substring(TrafficPlan.RULE_PREFIX.length()) : "";
        met.merge(own.isEmpty() ? "of others" : own.replaceAll("-[ab]-[0-9]+$", ""), 1, Integer::sum);
        if (own.equals("new")) {
            shares++;
            surplus += (mesh.header("x-share").equals("a") ? 1 : 0)
                    - (envoy.header("x-share").equals("a") ? 1 : 0);
        }
    }

    private void report() throws Exception {
        ObjectMapper json = new ObjectMapper();
        ObjectNode out = json.createObjectNode()
                .put("plans", PLANS)
                .put("requestsPerPlan", REQUESTS_PER_PLAN)
                .put("requests", PLANS * REQUESTS_PER_PLAN)
                .put("disagreements", 0);
        met.forEach(out.putObject("byRule")::put);
        File file = new File("../../target/e2e/interpreter.json");
        assertThat(file.getParentFile().isDirectory() || file.getParentFile().mkdirs())
                .isTrue();
        json.writerWithDefaultPrettyPrinter().writeValue(file, out);
    }
}
