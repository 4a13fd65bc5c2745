package io.mcprollout.sandbox.server;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Sandbox servers, and clients of them. */
abstract class ServerBed {
    final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    SandboxServer start(ServerSpec spec) {
        SandboxServer server = SandboxServer.start(spec);
        open.add(server);
        return server;
    }

    Wire wire(SandboxServer server) {
        Wire wire = new Wire(server.uri());
        open.add(wire);
        return wire;
    }
}
