package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** What stands beside a managed route in its namespace: read page by page when asked for, never watched, and not kept. */
final class Surroundings {
    private static final int PAGE = 500;

    private final IstioApi api;

    Surroundings(IstioApi api) {
        this.api = api;
    }

    /** Kinds of objects that can send requests to pods. */
    enum Kind {
        SERVICE("/api/v1/namespaces/%s/services", "Services"),
        INGRESS("/apis/networking.k8s.io/v1/namespaces/%s/ingresses", "Ingresses"),
        HTTP_ROUTE("/apis/gateway.networking.k8s.io/v1/namespaces/%s/httproutes", "HTTPRoutes");

        private final String path;
        private final String plural;

        Kind(String path, String plural) {
            this.path = path;
            this.plural = plural;
        }
    }

    /** Labels of a namespace; a missing node when it cannot be read. */
    JsonNode labels(String namespace) {
        return api.read("/api/v1/namespaces/" + namespace) instanceof Answer.Found(ObjectNode found)
                ? found.at("/metadata/labels")
                : com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /** Hands over every object of a kind; a kind that the cluster does not know has none. The answer is why not all could be read. */
    Optional<String> each(Kind kind, String namespace, Consumer<JsonNode> item) {
        String path = kind.path.formatted(namespace) + "?limit=" + PAGE;
        String page = "";
        do {
            switch (api.read(path + page)) {
                case Answer.Found(ObjectNode list) -> {
                    list.path("items").forEach(item);
                    String next = list.at("/metadata/continue").asText("");
                    page = next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
                }
                case Answer.Absent ignored -> {
                    return Optional.empty();
                }
                case Answer.Refused refused -> {
                    return Optional.of(unread(kind, refused.message()));
                }
                case Answer.Lost lost -> {
                    return Optional.of(unread(kind, lost.cause()));
                }
            }
        } while (!page.isEmpty());
        return Optional.empty();
    }

    private static String unread(Kind kind, String cause) {
        return "the " + kind.plural + " of the namespace cannot be read: " + cause;
    }
}
