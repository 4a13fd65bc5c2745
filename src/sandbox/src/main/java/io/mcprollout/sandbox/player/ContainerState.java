package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.time.Instant;

/** What a container is doing, as in a pod's {@code containerStatuses}. */
sealed interface ContainerState {

    /** The member of {@code state} or {@code lastState}. */
    ObjectNode toJson();

    /** Not running yet, or not again yet. */
    record Waiting(String reason, String message) implements ContainerState {
        @Override
        public ObjectNode toJson() {
            ObjectNode json = Json.object();
            ObjectNode waiting = json.putObject("waiting").put("reason", reason);
            if (!message.isEmpty()) {
                waiting.put("message", message);
            }
            return json;
        }
    }

    /** Running since then. */
    record Running(Instant since) implements ContainerState {
        @Override
        public ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.putObject("running").put("startedAt", Conditions.text(since));
            return json;
        }
    }

    /** Ended. */
    record Terminated(Exit exit, String message, Instant started, Instant finished) implements ContainerState {
        @Override
        public ObjectNode toJson() {
            ObjectNode json = Json.object();
            ObjectNode terminated =
                    json.putObject("terminated").put("exitCode", exit.code()).put("reason", exit.reason());
            if (!message.isEmpty()) {
                terminated.put("message", message);
            }
            terminated.put("startedAt", Conditions.text(started)).put("finishedAt", Conditions.text(finished));
            return json;
        }
    }
}
