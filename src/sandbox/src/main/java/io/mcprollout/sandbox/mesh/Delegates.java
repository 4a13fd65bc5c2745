package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * VirtualServices whose rules delegate to others, made whole as Istio does: each rule of the delegate becomes one of the root that asks for both its
 * own conditions and the root rule's, and takes from the root rule what it does not say itself. A rule whose conditions cannot hold within the root's
 * is left out, and so is a root rule whose delegate does not exist.
 */
final class Delegates {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> INHERITED = List.of(
            "rewrite",
            "directResponse",
            "timeout",
            "retries",
            "fault",
            "mirror",
            "mirrors",
            "mirrorPercentage",
            "corsPolicy");
    private static final List<String> TEXTS = List.of("uri", "scheme", "method", "authority");
    private static final List<String> MAPPINGS = List.of("headers", "withoutHeaders", "queryParams");

    private final Map<String, JsonNode> byName = new HashMap<>();

    private Delegates() {}

    /** The roots among these objects, whole; an object without hosts is nothing but a delegate. */
    static List<JsonNode> merged(Collection<JsonNode> virtualServices) {
        Delegates delegates = new Delegates();
        List<JsonNode> roots = new ArrayList<>();
        for (JsonNode each : virtualServices) {
            if (each.at("/spec/hosts").isEmpty()) {
                delegates.byName.put(
                        namespace(each) + "/" + each.at("/metadata/name").asText(), each);
            } else {
                roots.add(each);
            }
        }
        return roots.stream().map(delegates::whole).toList();
    }

    private static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText("default");
    }

    private JsonNode whole(JsonNode root) {
        ObjectNode out = root.deepCopy();
        ArrayNode http = JSON.arrayNode();
        for (Field rule : Field.root(root).at("spec").at("http").items()) {
            if (rule.at("delegate").present()) {
                rules(rule, namespace(root)).forEach(http::add);
            } else {
                http.add(rule.node());
            }
        }
        ((ObjectNode) out.path("spec")).set("http", http);
        return out;
    }

    private List<ObjectNode> rules(Field root, String home) {
        if (root.at("route").present() || root.at("redirect").present()) {
            throw root.wrong("delegates, so it cannot have a route or redirect of its own");
        }
        Field target = root.at("delegate");
        String namespace = target.at("namespace").optionalText().orElse(home);
        JsonNode delegate = byName.get(namespace + "/" + target.at("name").text());
        List<ObjectNode> rules = new ArrayList<>();
        if (delegate != null) {
            for (Field rule : Field.root(delegate).at("spec").at("http").items()) {
                if (rule.at("delegate").present()) {
                    throw rule.at("delegate").wrong("is one too many: a delegate does not delegate");
                }
                rule((ObjectNode) root.node(), rule.node().deepCopy(), namespace)
                        .ifPresent(rules::add);
            }
        }
        return rules;
    }

    private static Optional<ObjectNode> rule(ObjectNode root, ObjectNode own, String namespace) {
        Optional<ArrayNode> match = matches(root.path("match"), own.path("match"));
        if (match.isEmpty()) {
            return Optional.empty();
        }
        own.set("match", match.get());
        name(own, root);
        for (String field : INHERITED) {
            if (!own.has(field) && root.has(field)) {
                own.set(field, root.get(field));
            }
        }
        headers(own, root.path("headers"));
        for (JsonNode share : own.path("route")) {
            ObjectNode destination = (ObjectNode) share.path("destination");
            destination.put("host", Hosts.full(destination.path("host").asText(), namespace));
        }
        return Optional.of(own);
    }

    private static void name(ObjectNode own, JsonNode root) {
        String mine = own.path("name").asText("");
        String its = root.path("name").asText("");
        own.put("name", mine.isEmpty() || its.isEmpty() ? its + mine : its + "-" + mine);
    }

    private static void headers(ObjectNode own, JsonNode root) {
        for (String side : List.of("request", "response")) {
            for (String operation : List.of("set", "add")) {
                root.path(side).path(operation).properties().forEach(header -> {
                    ObjectNode mine = own.withObject("/headers/" + side + "/" + operation);
                    if (!mine.has(header.getKey())) {
                        mine.set(header.getKey(), header.getValue());
                    }
                });
            }
            for (JsonNode header : root.path(side).path("remove")) {
                own.withObject("/headers/" + side).withArray("remove").add(header);
            }
        }
    }

    /* Each of the delegate's blocks within each of the root's; empty when one of them fits into none. */
    private static Optional<ArrayNode> matches(JsonNode root, JsonNode own) {
        if (root.isEmpty() || own.isEmpty()) {
            return Optional.of(JSON.arrayNode().addAll(list(root.isEmpty() ? own : root)));
        }
        ArrayNode all = JSON.arrayNode();
        for (JsonNode mine : own) {
            List<ObjectNode> within = list(root).stream()
                    .filter(its -> fits(its, mine))
                    .map(its -> block((ObjectNode) its, mine.deepCopy()))
                    .toList();
            if (within.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(within);
        }
        return Optional.of(all);
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(items::add);
        return items;
    }

    private static ObjectNode block(ObjectNode root, ObjectNode own) {
        name(own, root);
        for (String field : TEXTS) {
            if (!own.has(field) && root.has(field)) {
                own.set(field, root.get(field));
            }
        }
        for (String mapping : MAPPINGS) {
            root.path(mapping).properties().forEach(entry -> {
                ObjectNode mine = own.withObject("/" + mapping);
                if (!mine.has(entry.getKey())) {
                    mine.set(entry.getKey(), entry.getValue());
                }
            });
        }
        if (own.path("gateways").isEmpty() && root.has("gateways")) {
            own.set("gateways", root.get("gateways"));
        }
        return own;
    }

    private static boolean fits(JsonNode root, JsonNode own) {
        boolean texts = TEXTS.stream().allMatch(field -> nests(root.path(field), own.path(field)));
        boolean mappings = MAPPINGS.stream()
                .allMatch(mapping -> own.path(mapping).properties().stream()
                        .allMatch(entry -> nests(root.path(mapping).path(entry.getKey()), entry.getValue())));
        boolean sameCase = root.path("ignoreUriCase").asBoolean(false)
                == own.path("ignoreUriCase").asBoolean(false);
        return texts && mappings && sameCase && gateways(root.path("gateways"), own.path("gateways"));
    }

    private static boolean gateways(JsonNode root, JsonNode own) {
        Set<JsonNode> bound = new HashSet<>(list(root));
        return root.isEmpty() || own.isEmpty() || bound.containsAll(list(own));
    }

    /* An expression on either side fits nothing that the other says, for nobody can tell whether one is within the other. */
    private static boolean nests(JsonNode root, JsonNode own) {
        if (root.isMissingNode() || own.isMissingNode()) {
            return true;
        }
        String exact = own.path("exact").asText("");
        String prefix = own.path("prefix").asText("");
        if (root.has("exact")) {
            return prefix.isEmpty() && exact.equals(root.path("exact").asText());
        }
        if (root.has("prefix")) {
            String within = exact.isEmpty() ? prefix : exact;
            return !within.isEmpty() && within.startsWith(root.path("prefix").asText());
        }
        return false;
    }
}
