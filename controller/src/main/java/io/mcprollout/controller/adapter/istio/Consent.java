package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.Routes;
import java.util.Arrays;

/** Whether the owner of a VirtualService lets McpRollouts of another namespace move its weights. */
final class Consent {
    /** Why it cannot be managed, CamelCase. */
    static final String MISSING = "NamespaceNotAllowed";

    /** Annotation of a VirtualService: names of namespaces, separated by commas. */
    private static final String ALLOWED_FROM = "mcprollout.io/allowed-from";

    private Consent() {}

    /** Whether routes of a VirtualService may be managed from the rollout's namespace: it is of the same, or its owner lets it. */
    static boolean isOpen(JsonNode object, Destinations there) {
        return !there.isAbroad() || isGiven(object, there.home());
    }

    /** Whether it lets McpRollouts of a namespace. */
    static boolean isGiven(JsonNode object, String namespace) {
        String allowed =
                object.path("metadata").path("annotations").path(ALLOWED_FROM).asText("");
        return Arrays.stream(allowed.split(",")).anyMatch(name -> name.strip().equals(namespace));
    }

    /* Of a VirtualService that is not there the same is said: what another namespace has is nobody's business here. */
    /** That it does not, and what its owner can do, for people. */
    static String missing(Routes.VirtualService service, String namespace) {
        return "no VirtualService " + service.title() + " lets McpRollouts of namespace " + namespace
                + " move its weights; its owner can, by the annotation " + ALLOWED_FROM + ": " + namespace
                + ", which lists namespaces separated by commas";
    }
}
