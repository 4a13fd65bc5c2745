package io.mcprollout.sandbox.kube.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.store.Admission;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Istio's validating webhook refuses in a VirtualService, as far as weights and regular expressions go; can be down. */
public final class IstioWebhook implements Admission {
    private volatile boolean down;

    /** Makes the webhook unreachable, so that every write of a VirtualService or DestinationRule fails, or reachable again. */
    public void setDown(boolean unreachable) {
        down = unreachable;
    }

    @Override
    public void review(Target target, ObjectNode object, @Nullable ObjectNode before) {
        if (!target.type().group().equals("networking.istio.io")
                || !target.subresource().isEmpty()) return;
        if (down) {
            throw ApiException.internal("failed calling webhook \"validation.istio.io\": failed to call webhook: Post"
                    + " \"https://istiod.istio-system.svc:443/validate?timeout=10s\": dial tcp 10.96.0.20:443: connect:"
                    + " connection refused");
        }
        if (!target.type().kind().equals("VirtualService")) return;
        var faults = new ArrayList<String>();
        for (var rule : object.path("spec").path("http")) {
            weights(rule.path("route"), faults);
            for (var match : rule.path("match")) regexes(match, faults);
        }
        if (!faults.isEmpty()) {
            throw ApiException.badRequest(
                    "admission webhook \"validation.istio.io\" denied the request: configuration is" + " invalid: "
                            + message(faults));
        }
    }

    private static String message(List<String> faults) {
        if (faults.size() == 1) return faults.get(0);
        return "%d errors occurred:\n\t* %s\n\n".formatted(faults.size(), String.join("\n\t* ", faults));
    }

    private static void weights(JsonNode route, List<String> faults) {
        long total = 0;
        for (var destination : route) {
            long weight = destination.path("weight").asLong(0);
            if (weight < 0) faults.add("weight %d < 0".formatted(weight));
            total += Math.max(0, weight);
        }
        if (route.size() > 1 && total == 0) faults.add("total destination weight = 0");
    }

    private static void regexes(JsonNode value, List<String> faults) {
        var regex = value.path("regex");
        if (regex.isTextual()) {
            try {
                Pattern.compile(regex.asText());
            } catch (PatternSyntaxException e) {
                faults.add("\"regex\": error parsing regexp: " + e.getDescription() + ": `" + e.getPattern() + "`");
            }
        }
        value.forEach(part -> regexes(part, faults));
    }
}
