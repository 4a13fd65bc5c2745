package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.rollout.Keepsake;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What of a rollout outlives its resource: a ConfigMap {@code <name>-mcprollout-record} without an owner. It is read when status has
 * nothing, and written when something in it changes.
 */
final class RecordBook {
    private static final System.Logger LOG = System.getLogger(RecordBook.class.getName());
    private static final String SUFFIX = "-mcprollout-record";
    private static final String KEY = "record.json";
    private static final int LONGEST_NAME = 253;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final PromptClient api;
    private final Herald herald;
    /* Fingerprints: the texts of thousands of rollouts at rest would be megabytes. */
    private final Map<RolloutKey, UUID> written = new ConcurrentHashMap<>();
    private final Map<RolloutKey, Page> found = new ConcurrentHashMap<>();

    /** What was found for one incarnation of a resource. */
    private record Page(String uid, Optional<Keepsake> keepsake) {}

    RecordBook(PromptClient api, Herald herald) {
        this.api = api;
        this.herald = herald;
    }

    /**
     * The record as one incarnation of the resource found it; empty when there was none; throws when it cannot be read, for who knows
     * what it says.
     */
    Optional<Keepsake> read(RolloutKey rollout, String uid) {
        Page page = found.get(rollout);
        if (page == null || !page.uid().equals(uid)) {
            page = new Page(uid, read(rollout));
            found.put(rollout, page);
        }
        return page.keepsake();
    }

    private Optional<Keepsake> read(RolloutKey rollout) {
        String name = name(rollout);
        try {
            GenericKubernetesResource found = api.of(Kinds.CONFIG_MAP)
                    .inNamespace(rollout.namespace())
                    .withName(name)
                    .get();
            String text =
                    found == null ? "" : Json.field(found, "data").path(KEY).asText("");
            return text.isEmpty() ? Optional.empty() : Optional.of(MemoryJson.readKeepsake(text));
        } catch (KubernetesClientException | IllegalArgumentException e) {
            String why = "ConfigMap " + name + " cannot be read: " + e.getMessage();
            herald.announce(
                    rollout, true, "RecordUnreadable", why + "; mend it, or delete it to let the routes decide");
            throw new IllegalStateException(why, e);
        }
    }

    /** Writes the record when it says something else than what was written last; false when that has to be tried again. */
    boolean write(RolloutKey rollout, Keepsake keepsake) {
        String text = MemoryJson.write(keepsake);
        UUID fingerprint = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        if (fingerprint.equals(written.get(rollout))) {
            return true;
        }
        try {
            store(rollout, text);
            written.put(rollout, fingerprint);
            found.remove(rollout);
            return true;
        } catch (KubernetesClientException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: its record is not written: {1}", rollout, e.getMessage());
            if (e.getCode() == FORBIDDEN) {
                // somebody has to allow it; until then status is all there is
                herald.announce(
                        rollout, true, "RecordNotWritten", "ConfigMap " + name(rollout) + ": " + e.getMessage());
                written.put(rollout, fingerprint);
                return true;
            }
            return false;
        }
    }

    /** Forgets what was written; the ConfigMap stays. */
    void forget(RolloutKey rollout) {
        written.remove(rollout);
        found.remove(rollout);
    }

    private void store(RolloutKey rollout, String text) {
        ObjectNode data = Json.MAPPER.createObjectNode();
        data.putObject("data").put(KEY, text);
        try {
            api.merge(Kinds.CONFIG_MAP, rollout.namespace(), name(rollout), data.toString());
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
            api.of(Kinds.CONFIG_MAP)
                    .inNamespace(rollout.namespace())
                    .resource(Json.MAPPER.convertValue(fresh(rollout, data), GenericKubernetesResource.class))
                    .create();
        }
    }

    private static JsonNode fresh(RolloutKey rollout, ObjectNode data) {
        ObjectNode map = Json.MAPPER.createObjectNode();
        map.put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata")
                .put("name", name(rollout))
                .put("namespace", rollout.namespace())
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "mcprollout");
        map.setAll(data);
        return map;
    }

    /** Name of the ConfigMap; of a very long one the end is replaced by its hash. */
    static String name(RolloutKey rollout) {
        String name = rollout.name();
        int room = LONGEST_NAME - SUFFIX.length();
        if (name.length() <= room) {
            return name + SUFFIX;
        }
        String hash = "-" + Integer.toHexString(name.hashCode());
        return name.substring(0, room - hash.length()) + hash + SUFFIX;
    }
}
