package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.mcprollout.controller.api.v1alpha1.McpRollout;
import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.rollout.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Commands are annotations such as {@code mcprollout.io/retry}: {@code <hash>#<attempt>}; who gave one is whose field it is. */
final class CommandReader {
    private final Herald herald;
    private final Map<String, String> reported = new ConcurrentHashMap<>();

    CommandReader(Herald herald) {
        this.herald = herald;
    }

    /** All well-formed commands on a resource; a malformed one is reported once and does nothing. */
    List<Command> read(RolloutKey rollout, GenericKubernetesResource resource) {
        List<Command> commands = new ArrayList<>();
        for (Command.Kind kind : Command.Kind.values()) {
            String annotation = McpRollout.GROUP + "/" + kind.name().toLowerCase(Locale.ROOT);
            Optional<String> text = Json.annotation(resource, annotation).filter(value -> !value.isBlank());
            if (text.isPresent()) {
                try {
                    commands.add(Command.parse(kind, text.get().strip()).by(giver(resource, annotation)));
                } catch (IllegalArgumentException e) {
                    report(rollout, annotation, text.get(), e);
                }
            }
        }
        return commands;
    }

    private static String giver(GenericKubernetesResource resource, String annotation) {
        for (ManagedFieldsEntry entry : resource.getMetadata().getManagedFields()) {
            if (entry.getFieldsV1() != null
                    && Json.MAPPER
                            .<JsonNode>valueToTree(entry.getFieldsV1())
                            .path("f:metadata")
                            .path("f:annotations")
                            .has("f:" + annotation)) {
                return entry.getManager() + (entry.getTime() == null ? "" : " at " + entry.getTime());
            }
        }
        return "";
    }

    private void report(RolloutKey rollout, String annotation, String text, IllegalArgumentException why) {
        if (!text.equals(reported.put(rollout + " " + annotation, text))) {
            herald.announce(rollout, true, "CommandInvalid", "annotation " + annotation + " " + why.getMessage());
        }
    }
}
