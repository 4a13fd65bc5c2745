package io.mcprollout.sandbox.player;

import io.mcprollout.sandbox.server.SandboxServer;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import io.mcprollout.sandbox.server.ServerSpec;
import java.util.concurrent.CompletionStage;

/** Runs the sandbox's own MCP server in this JVM; the image's tag is its version, the environment says the rest. */
final class ServerProgram implements Program {

    /** A server as a container. */
    record InThisJvm(SandboxServer server) implements Running {
        @Override
        public int port() {
            return server.port();
        }

        @Override
        public CompletionStage<Exit> exit() {
            return server.exit();
        }

        @Override
        public void stop() {
            server.close();
        }

        @Override
        public void kill(Exit how) {
            server.crash(how.code(), how.reason());
        }
    }

    @Override
    public Running start(Launch launch) {
        return new InThisJvm(SandboxServer.start(ServerSpec.fromEnvironment(launch.tag(), launch.env())));
    }
}
