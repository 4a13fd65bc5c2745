package io.mcprollout.sandbox.process;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** Stands for the controller: ready at once, not ready ever ({@code fake=unready}), or dead at its start ({@code fake=dead}). */
final class FakeController {
    private FakeController() {}

    /** Listens on a free port of loopback. */
    public static void main(String[] args) throws IOException {
        String fake = System.getProperty("fake", "ready");
        if (fake.equals("dead")) {
            throw new IllegalStateException("no API server");
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, Integer> answers = Map.of("/q/health/ready", fake.equals("ready") ? 200 : 503, "/hello", 200);
        answers.forEach((path, status) -> server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        }));
        server.start();
        System.out.println(
                "Listening on: http://127.0.0.1:" + server.getAddress().getPort());
    }
}
