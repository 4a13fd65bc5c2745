package io.mcprollout.sandbox.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One HTTP/1.1 connection that is kept, for requests one after the other without a client library's own time. Answers must have a length. */
final class KeptConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /** An answer: status, and what the echo server behind the gateway calls itself. */
    record Answer(int status, String server) {}

    KeptConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends these bytes and reads the answer. */
    Answer send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        int status = Integer.parseInt(line().substring(9, 12));
        String server = "";
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String low = line.toLowerCase(Locale.ROOT);
            if (low.startsWith("content-length:")) {
                length = Integer.parseInt(low.substring(15).strip());
            } else if (low.startsWith("x-echo-server:")) {
                server = low.substring(14).strip();
            }
        }
        in.skipNBytes(length);
        return new Answer(status, server);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the gateway closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** A request as bytes; headers end with CR LF each. */
    static byte[] request(String headers) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        return ("POST /mcp HTTP/1.1\r\nhost: mcp.example.com\r\ncontent-type: application/json\r\ncontent-length: "
                        + body.length() + "\r\n" + headers + "\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
