package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway's script that keeps sessions on their version: shipped twice, one text. */
class SessionPinTest {
    private static final String SCRIPT = Manifest.content(Manifest.REPOSITORY.resolve("deploy/istio/session-pin.lua"));

    @ParameterizedTest
    @CsvSource({
        "traffic-extension, TrafficExtension, /spec/lua/inlineCode, /spec/selector/matchLabels",
        "envoy-filter, EnvoyFilter, /spec/configPatches/0/patch/value/typed_config/default_source_code/inline_string, "
                + "/spec/workloadSelector/labels",
    })
    void isTheSameInBothKinds(String folder, String kind, String script, String gateway) {
        // Given
        List<Manifest> shipped = Manifest.read("deploy/istio/" + folder);

        // When
        JsonNode object = shipped.stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .findFirst()
                .orElseThrow()
                .body();

        // Then
        assertThat(object.at(script).asText()).isEqualTo(SCRIPT);
        assertThat(object.at(gateway).path("istio").asText()).isEqualTo("ingressgateway");
        assertThat(object.at("/metadata/name").asText()).isEqualTo("mcp-session-pin");
    }

    @Test
    void fitsAndSpeaksOfTheHeadersThatTheRulesAskFor() {
        // When
        byte[] bytes = SCRIPT.getBytes(StandardCharsets.UTF_8);

        // Then
        assertThat(bytes).hasSizeLessThan(65_536);
        assertThat(SCRIPT)
                .contains("\"" + TrafficPlan.PIN + "\"")
                .contains("\"" + TrafficPlan.SESSION + "\"")
                .contains("\"" + TrafficPlan.VARIANT + "\"")
                .contains("\"" + TrafficPlan.TAG_END + "\"");
    }
}
