package io.mcprollout.sandbox.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.mesh.Gateway;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What no client library would send: the script in a real Envoy and its twin in this process make the same of it. */
@Tag("e2e")
class PinScriptIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> BAD = List.of(
            "mcp-session-id: mcpro1.a-1~x\u0001y",
            "mcp-session-id: mcpro1.a-1~x\u0000y",
            "mcp-session-id: mcpro1.a-1~x\u007fy",
            "mcp-session-id: mcpro1.a-1~x\u000by",
            "x-mcp-pin: b-1\u0001");
    private static final List<String> ODD = List.of(
            "mcp-session-id: mcpro1.a-1~x\ty",
            "mcp-session-id:",
            "mcp-session-id: mcpro1.a-1~x\r\nmcp-session-id: mcpro1.b-1~y",
            "mcp-session-id: x\r\nmcp-session-id: mcpro1.b-1~y",
            "X-Mcp-Pin: b-1\r\nx-mcp-pin: a-1\r\nmcp-session-id: x",
            "MCP-Session-ID: mcpro1.b-1~mcpro1.a-1~x",
            "mcp-session-id: mcpro1.b-1~" + "~x".repeat(4096));

    private record Answer(int status, String text) {
        JsonNode received() throws Exception {
            return JSON.readTree(text.substring(text.indexOf('{'), text.lastIndexOf('}') + 1));
        }
    }

    private static Answer send(Gateway gateway, String header) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(10_000);
            String request =
                    "GET /mcp HTTP/1.1\r\nhost: mcp.example.com\r\nconnection: close\r\n" + header + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Answer(Integer.parseInt(text.substring(9, 12)), text);
        }
    }

    @Test
    void controlCharactersAreRefused() throws Exception {
        // Given
        Map<String, List<Integer>> statuses = new LinkedHashMap<>();

        // When
        try (MeshPair pair = MeshPair.pinningSessions(PlanRoutes.root())) {
            for (String header : BAD) {
                statuses.put(
                        header,
                        List.of(
                                send(pair.mesh, header).status(),
                                send(pair.envoy, header).status()));
            }
        }

        // Then
        assertThat(statuses)
                .hasSameSizeAs(BAD)
                .allSatisfy((header, both) -> assertThat(both).containsExactly(400, 400));
    }

    @Test
    void whatCanBeReadIsReadAlike() throws Exception {
        // Given
        Map<String, List<String>> received = new LinkedHashMap<>();

        // When
        try (MeshPair pair =
                MeshPair.pinningSessions(PlanRoutes.delegate(List.of()).deepCopy())) {
            pair.follow(JSON.readTree("""
                    {"kind": "VirtualService", "metadata": {"name": "all", "namespace": "ns"}, "spec": {
                     "hosts": ["*"], "gateways": ["%s"],
                     "http": [{"name": "all", "route": [{"destination": {"host": "mcp-server", "subset": "stable"}}]}]}}
                    """.formatted(MeshPair.GATEWAY)));
            for (String header : ODD) {
                received.put(header, List.of(headers(send(pair.mesh, header)), headers(send(pair.envoy, header))));
            }
        }

        // Then
        assertThat(received)
                .hasSameSizeAs(ODD)
                .allSatisfy((header, both) -> assertThat(both.getFirst()).isEqualTo(both.getLast()));
        assertThat(received)
                .containsEntry(ODD.get(4), List.of("none x", "none x"))
                .containsEntry(ODD.get(5), List.of("b-1 mcpro1.a-1~x", "b-1 mcpro1.a-1~x"));
    }

    private static String headers(Answer answer) throws Exception {
        JsonNode headers = answer.received().path("headers");
        return headers.path("x-mcp-pin").asText("none") + " "
                + headers.path("mcp-session-id").asText("none");
    }
}
