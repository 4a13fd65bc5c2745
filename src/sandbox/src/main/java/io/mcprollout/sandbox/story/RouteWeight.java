package io.mcprollout.sandbox.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.KubeApi;
import java.util.function.IntConsumer;

/** The weight of the subset {@code canary} in the route {@code mcp} of VirtualServices. */
public final class RouteWeight {

    private RouteWeight() {}

    /** Tells the weight in percent after every change of a VirtualService, until the returned action is run. */
    public static Runnable follow(KubeApi kube, IntConsumer listener) {
        return kube.watch(
                "virtualservices.networking.istio.io",
                change -> listener.accept(of(change.after().object())));
    }

    private static int of(JsonNode virtualService) {
        for (JsonNode rule : virtualService.at("/spec/http")) {
            if (rule.path("name").asText().equals("mcp")) {
                for (JsonNode destination : rule.path("route")) {
                    if (destination.at("/destination/subset").asText().equals("canary")) {
                        return destination.path("weight").asInt();
                    }
                }
            }
        }
        return 0;
    }
}
