package io.mcprollout.sandbox.story;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a McpRollout's status says, as {@code kubectl get} would show it. */
public record RolloutView(
        String phase,
        int step,
        int weight,
        String message,
        String until,
        String then,
        String answer,
        String cause,
        int towardsRollback,
        int towardsAdvance,
        List<Stream> streams) {

    /** The evidence of one probe or mesh source: its kind, counts of both versions, and why it gave none last, empty when it did. */
    public record Stream(
            String name, String kind, long stableOk, long stableBad, long canaryOk, long canaryBad, String trouble) {}

    /** Copies the list. */
    public RolloutView {
        streams = List.copyOf(streams);
    }

    /** Reads the resource; absent fields are empty or 0. A stream that counts one version only, as latency does, is left out. */
    public static RolloutView of(JsonNode rollout) {
        JsonNode status = rollout.path("status");
        List<Stream> streams = new ArrayList<>();
        for (JsonNode stream : status.at("/verdict/evidence")) {
            if (stream.has("stable")) {
                streams.add(stream(stream));
            }
        }
        return new RolloutView(
                status.path("phase").asText(""),
                status.path("step").asInt(0),
                status.at("/weight/written").asInt(0),
                status.path("message").asText(""),
                status.path("until").asText(""),
                status.path("then").asText(""),
                status.at("/verdict/answer").asText(""),
                status.path("rollbackCause").asText(""),
                status.at("/verdict/towardsRollback").asInt(0),
                status.at("/verdict/towardsAdvance").asInt(0),
                streams);
    }

    /** True when the rollout has ended and nothing more happens by itself. */
    public boolean hasEnded() {
        return phase.equals("Promoted") || phase.equals("RolledBack");
    }

    private static Stream stream(JsonNode stream) {
        return new Stream(
                stream.path("stream").asText(),
                stream.path("kind").asText(),
                stream.at("/stable/ok").asLong(),
                stream.at("/stable/bad").asLong(),
                stream.at("/candidate/ok").asLong(),
                stream.at("/candidate/bad").asLong(),
                stream.path("trouble").asText(""));
    }
}
