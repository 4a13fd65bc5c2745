package io.mcprollout.sandbox.player;

import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.util.concurrent.CompletionStage;

/** What an image holds: something that can be started any number of times. */
@FunctionalInterface
public interface Program {

    /** Starts it; an exception is a container that could not be created. */
    Running start(Launch launch) throws Exception;

    /** One run of a program, listening on a port of 127.0.0.1. */
    interface Running {

        /** The port it listens on, or is told to listen on. */
        int port();

        /** Completes when it has ended by itself or by {@link #kill}. */
        CompletionStage<Exit> exit();

        /** Asks it to end, and ends it by force when it does not. */
        void stop();

        /** Ends it at once as a crash of this kind. */
        void kill(Exit how);
    }
}
