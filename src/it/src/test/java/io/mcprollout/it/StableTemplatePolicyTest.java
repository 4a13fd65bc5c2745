package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped admission policy, its expressions evaluated as the API server does. */
class StableTemplatePolicyTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode SPEC = Manifest.read("deploy/gitops").stream()
            .filter(manifest -> manifest.kind().equals("ValidatingAdmissionPolicy"))
            .findFirst()
            .orElseThrow()
            .body()
            .path("spec");
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("object", SimpleType.DYN)
            .addVar("oldObject", SimpleType.DYN)
            .addVar("request", SimpleType.DYN)
            .addVar("params", SimpleType.DYN)
            .build();

    private String user = "alice";
    private String deployment = "mcp-server-stable";
    private String image = "mcp:2";
    private String annotations = "{}";
    private String phase = "Idle";

    /** What is wrong with the update; empty when it is admitted. */
    private String refusal() {
        Map<String, Object> seen = new HashMap<>();
        seen.put("object", deployment(image));
        seen.put("oldObject", deployment("mcp:1"));
        seen.put("request", json("{userInfo: {username: '" + user + "'}}"));
        seen.put("params", json("""
                        {metadata: {name: mcp-server},
                         status: {phase: %s, candidateDeployment: mcp-server-canary, slots: [
                           {slot: a, role: stable, deployment: mcp-server-stable},
                           {slot: b, role: candidate, deployment: mcp-server-canary}]}}
                        """.formatted(phase)));
        for (JsonNode condition : SPEC.path("matchConditions")) {
            if (!(boolean) evaluate(condition.path("expression").asText(), seen)) {
                return "";
            }
        }
        JsonNode validation = SPEC.path("validations").path(0);
        return (boolean) evaluate(validation.path("expression").asText(), seen)
                ? ""
                : (String) evaluate(validation.path("messageExpression").asText(), seen);
    }

    private Object deployment(String image) {
        return json("{metadata: {name: " + deployment + ", annotations: " + annotations
                + "}, spec: {template: {spec: {containers: [{image: '" + image + "'}]}}}}");
    }

    private static Object json(String yaml) {
        return MAPPER.convertValue(Manifest.parse("test", yaml).getFirst().body(), Map.class);
    }

    private static Object evaluate(String expression, Map<String, Object> seen) {
        try {
            return CelRuntimeFactory.standardCelRuntimeBuilder()
                    .build()
                    .createProgram(COMPILER.compile(expression).getAst())
                    .eval(seen);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new AssertionError(expression, e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idle", "Promoted", "RolledBack"})
    void refusesAnotherImageOfStableWhileNothingIsRolledOut(String phase) {
        // Given
        this.phase = phase;
        // When
        String refusal = refusal();
        // Then
        assertThat(refusal)
                .startsWith("Deployment mcp-server-stable is the stable one of McpRollout mcp-server")
                .contains("change mcp-server-canary instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AwaitingGit", "Returning", "Initializing"})
    void admitsItWhileARolloutMayWaitForIt(String phase) {
        // Given
        this.phase = phase;
        // When / Then
        assertThat(refusal()).isEmpty();
    }

    @Test
    void admitsTheControllerAndARestartAndTheCandidateAndAnException() {
        // Given
        List<StableTemplatePolicyTest> admitted = List.of(with(), with(), with(), with());
        admitted.get(0).user = "system:serviceaccount:mcprollout-system:mcprollout";
        admitted.get(1).image = "mcp:1";
        admitted.get(2).deployment = "mcp-server-canary";
        admitted.get(3).annotations = "{mcprollout.io/allow-template-edit: 'true'}";
        // When / Then
        assertThat(admitted).allSatisfy(update -> assertThat(update.refusal()).isEmpty());
    }

    private static StableTemplatePolicyTest with() {
        return new StableTemplatePolicyTest();
    }
}
