package io.mcprollout.controller.adapter.scrape;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * A source of mesh counters as the administrator configures it: the gateways' own metrics endpoints.
 *
 * @param preset which counters are read
 * @param addresses {@code host:port} of gateways that never change; empty when {@code pods} is given
 * @param pods gateways that are found by their labels; empty when {@code addresses} are given
 * @param path of the endpoint on every gateway
 */
public record ScrapeSource(Preset preset, List<String> addresses, Optional<Pods> pods, String path) {
    /** Where Envoy, and Istio's gateways, show their metrics. */
    public static final String DEFAULT_PATH = "/stats/prometheus";

    /** Port on which Istio's gateways show Envoy's metrics. */
    public static final int DEFAULT_PORT = 15090;

    /** Which counters tell what became of requests. */
    public enum Preset {
        /** {@code istio_requests_total}, which Istio's gateways have by default; blind for failures that reached no pod. */
        ISTIO,
        /** Envoy's counters of the clusters behind the subsets, which Istio's gateways have only when told to. */
        ENVOY
    }

    /**
     * Gateway pods.
     *
     * @param namespace where they are
     * @param selector label selector, such as {@code istio=ingressgateway}
     * @param port of the metrics endpoint
     */
    public record Pods(String namespace, String selector, int port) {
        public Pods {
            if (namespace.isBlank() || selector.isBlank()) {
                throw new IllegalArgumentException(
                        "pods of a scrape source need a namespace and a selector, such as istio=ingressgateway");
            }
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port of a scrape source must be 1..65535 but is " + port);
            }
        }
    }

    /** Throws {@link IllegalArgumentException} that names the field and the fix. */
    public ScrapeSource {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() == pods.isEmpty()) {
            throw new IllegalArgumentException(
                    "a scrape source needs either addresses (host:port) or pods (namespace, selector), and not both");
        }
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException(
                    "path of a scrape source must begin with / and carry no query but is " + path);
        }
        for (String address : addresses) {
            uri(address, path, "");
        }
    }

    /** URL of a gateway's endpoint; the query must be encoded, or empty. */
    static URI uri(String address, String path, String query) {
        try {
            URI uri = new URI("http://" + address + path + (query.isEmpty() ? "" : "?" + query));
            if (uri.getHost() != null && uri.getPort() > 0) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("an address of a scrape source must look like host:port but is " + address);
    }
}
