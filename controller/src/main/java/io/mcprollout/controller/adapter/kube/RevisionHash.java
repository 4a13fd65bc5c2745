package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.Revision;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * Identity of a pod template, computed on the raw JSON so that no library's model can change it.
 *
 * <ol>
 *   <li>Labels that tell the slots apart, and ignored keys, are taken away.
 *   <li>Nulls, empty objects and lists, and values that the API server would have put there by itself are taken away.
 *   <li>SHA-256 over the rest with sorted keys; the first 12 hexadecimal digits, prefixed by the number of this algorithm.
 * </ol>
 *
 * Two templates have the same revision exactly if a person would write them alike.
 */
final class RevisionHash {
    private static final String ALGORITHM = "1-";
    private static final int DIGITS = 12;

    /** Labels and annotations that are no part of a version. */
    static final Set<String> IGNORED = Set.of(
            "pod-template-hash", "kubectl.kubernetes.io/restartedAt", "helm.sh/chart", "app.kubernetes.io/managed-by");

    private static final String RELOADER = "reloader.stakater.com/";

    private RevisionHash() {}

    /**
     * Revision of a template.
     *
     * @param template {@code spec.template} of a Deployment
     * @param slotLabels keys of the labels that tell the slots apart: both selectors' and both subsets'
     * @param ignored keys of labels and annotations that the user ignores beside the usual ones
     */
    static Revision of(JsonNode template, Set<String> slotLabels, Set<String> ignored) {
        JsonNode copy = template.deepCopy();
        JsonNode labels = copy.path("metadata").path("labels");
        JsonNode annotations = copy.path("metadata").path("annotations");
        if (labels instanceof ObjectNode object) {
            object.remove(slotLabels);
            drop(object, ignored);
        }
        if (annotations instanceof ObjectNode object) {
            drop(object, ignored);
        }
        PodDefaults.drop(copy);
        prune(copy);
        return new Revision((ALGORITHM + digest(copy)).intern());
    }

    private static void drop(ObjectNode keys, Set<String> ignored) {
        keys.remove(IGNORED);
        keys.remove(ignored);
        keys.properties().removeIf(entry -> entry.getKey().startsWith(RELOADER));
    }

    /* What says nothing: null, {} and []. An empty volume source such as emptyDir: {} says something, hence by name. */
    private static boolean prune(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Iterator<Map.Entry<String, JsonNode>> each =
                            object.properties().iterator();
                    each.hasNext(); ) {
                Map.Entry<String, JsonNode> entry = each.next();
                if (prune(entry.getValue()) && !entry.getKey().equals("emptyDir")) {
                    each.remove();
                }
            }
            return object.isEmpty();
        }
        if (node.isArray()) {
            node.forEach(RevisionHash::prune);
            return node.isEmpty();
        }
        return node.isNull();
    }

    private static String digest(JsonNode node) {
        try {
            Object plain = Json.MAPPER.treeToValue(node, Object.class);
            byte[] text = Json.MAPPER
                    .writer()
                    .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .writeValueAsString(plain)
                    .getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
