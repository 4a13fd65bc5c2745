package io.mcprollout.sandbox.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A POST whose body was read once to learn its JSON-RPC method and can be read again. */
final class RpcRequest extends HttpServletRequestWrapper {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[] body;
    private final JsonNode message;

    RpcRequest(HttpServletRequest request) throws IOException {
        super(request);
        body = request.getInputStream().readAllBytes();
        message = parse(body);
    }

    /** The JSON-RPC method, empty for a response or for what is no JSON. */
    String method() {
        return message.path("method").asText("");
    }

    /** The id as JSON text, {@code null} for a notification. */
    String id() {
        return message.path("id").isMissingNode() ? "null" : message.path("id").toString();
    }

    /** True when an answer is due. */
    boolean isCall() {
        return message.has("id") && message.has("method");
    }

    @Override
    public ServletInputStream getInputStream() {
        return new Replay(body);
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8));
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JSON.missingNode(); // the SDK says what is wrong with it
        }
    }

    private static final class Replay extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Replay(byte[] body) {
            bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return bytes.read(into, offset, length);
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the body is in memory; read it at once");
        }
    }
}
