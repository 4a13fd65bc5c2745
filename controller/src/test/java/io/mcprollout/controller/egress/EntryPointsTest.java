package io.mcprollout.controller.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.controller.egress.EntryPoints.HostPort;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an administrator may write for an entry point. */
class EntryPointsTest {
    @Test
    void readsNamesAndAddresses() {
        // Given
        Map<String, String> configured = Map.of("gateway", "istio-ingress.istio-system:443", "six", "[fd12::1]:8080");

        // When
        EntryPoints entryPoints = EntryPoints.parse(configured);

        // Then
        assertThat(entryPoints.find("gateway")).contains(new HostPort("istio-ingress.istio-system", 443));
        assertThat(entryPoints.find("six")).contains(new HostPort("fd12::1", 8080));
        assertThat(entryPoints.find("door")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":80", "host:0", "host:65536", "host:http", "fd12::1:80"})
    void refusesAnythingElse(String text) {
        // When
        var parsing = assertThatThrownBy(() -> EntryPoints.parse(Map.of("gateway", text)));

        // Then
        parsing.hasMessage("entry point gateway must look like host:port but is " + text);
    }
}
