package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** What Argo CD says of an McpRollout by the script that is shipped for it. */
class ArgoHealthTest {
    private static final String KEY = "resource.customizations.health.mcprollout.io_McpRollout";

    private static String script() {
        return Manifest.read("deploy/gitops/argocd/argocd-cm.yaml")
                .getFirst()
                .body()
                .path("data")
                .path(KEY)
                .asText();
    }

    private static LuaValue health(JsonNode object) {
        Globals lua = JsePlatform.standardGlobals();
        lua.set("obj", value(object));
        return lua.load(script(), KEY).call();
    }

    private static LuaValue value(JsonNode node) {
        if (node.isObject()) {
            LuaTable table = new LuaTable();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                table.set(field.getKey(), value(field.getValue()));
            }
            return table;
        }
        if (node.isArray()) {
            LuaTable table = new LuaTable();
            for (int i = 0; i < node.size(); i++) {
                table.set(i + 1, value(node.get(i)));
            }
            return table;
        }
        if (node.isNumber()) {
            return LuaValue.valueOf(node.asDouble());
        }
        return node.isBoolean() ? LuaValue.valueOf(node.asBoolean()) : LuaValue.valueOf(node.asText());
    }

    /* As the controller writes it, with those conditions true that are named, and all others false. */
    private static Manifest rollout(String mode, long observed, String phase, List<String> isTrue) {
        StringBuilder conditions = new StringBuilder();
        for (String type :
                List.of("Accepted", "Ready", "Reconciling", "Stalled", "Promoted", "Drift", "RollbackBlocked")) {
            conditions.append(String.format(
                    "    - {type: %s, status: \"%s\", reason: X, message: about %s, lastTransitionTime: \"2026-01-01T00:00:00Z\"}%n",
                    type, isTrue.contains(type) ? "True" : "False", type));
        }
        JsonNode example = Manifest.read("deploy/examples/stateless-server/2-rollout.yaml")
                .getFirst()
                .body();
        Manifest manifest = Manifest.parse(
                        "status",
                        "status:\n  phase: " + phase + "\n  message: what is going on\n  observedGeneration: "
                                + observed + "\n  conditions:\n" + conditions)
                .getFirst();
        ObjectNode object = example.deepCopy();
        ((ObjectNode) object.path("metadata")).put("generation", 3);
        ((ObjectNode) object.path("spec")).put("mode", mode);
        object.set("status", manifest.body().path("status"));
        return new Manifest(phase, object);
    }

    @ParameterizedTest
    @CsvSource({
        "Active,3,Idle,Accepted Ready,Healthy,what is going on",
        "Active,3,Promoted,Accepted Ready Promoted,Healthy,what is going on",
        "Active,3,Stepping,Accepted Reconciling,Progressing,what is going on",
        "Active,3,Stepping,Accepted Reconciling Drift,Progressing,what is going on",
        "Paused,3,Stepping,Accepted Reconciling,Suspended,what is going on",
        "Paused,3,Idle,Accepted Ready,Healthy,what is going on",
        "Active,3,AwaitingGit,Accepted Stalled,Suspended,what is going on",
        "Active,3,AwaitingApproval,Accepted Stalled,Suspended,what is going on",
        "Unmanaged,3,Idle,Accepted Stalled,Suspended,what is going on",
        "Observe,3,Stepping,Accepted Stalled,Suspended,what is going on",
        "Unmanaged,3,RollingBack,Accepted RollbackBlocked,Degraded,about RollbackBlocked",
        "Active,3,RolledBack,Accepted Stalled,Degraded,what is going on",
        "Active,3,Initializing,Stalled,Degraded,what is going on",
        "Active,3,RollingBack,Accepted Reconciling RollbackBlocked,Degraded,about RollbackBlocked",
        "Active,2,Promoted,Accepted Ready Promoted,Progressing,waits for the controller",
    })
    void says(String mode, long observed, String phase, String conditions, String status, String message) {
        // Given
        Manifest rollout = rollout(mode, observed, phase, List.of(conditions.split(" ")));

        // When
        LuaValue health = health(rollout.body());

        // Then
        assertThat(health.get("status").tojstring()).isEqualTo(status);
        assertThat(health.get("message").tojstring()).isEqualTo(message);
    }

    @Test
    void whatNobodyHasLookedAtYetIsProgressing() {
        // Given
        JsonNode fresh = Manifest.read("deploy/examples/stateless-server/2-rollout.yaml")
                .getFirst()
                .body();

        // When
        LuaValue health = health(fresh);

        // Then
        assertThat(health.get("status").tojstring()).isEqualTo("Progressing");
    }

    @Test
    void theStatusIsOneThatTheApiServerKnows() {
        // Given
        Manifest rollout = rollout("Active", 3, "Stepping", List.of("Accepted", "Reconciling"));

        // When
        Optional<String> problem;
        try (Served served = new Served()) {
            problem = served.problem(rollout);
        }

        // Then
        assertThat(problem).isEmpty();
    }
}
