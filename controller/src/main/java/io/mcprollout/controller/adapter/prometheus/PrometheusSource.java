package io.mcprollout.controller.adapter.prometheus;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A source of mesh counters as the administrator configures it: a Prometheus, or whatever speaks its query API.
 *
 * @param url base of the API, up to but without {@code /api/v1}
 * @param custom queries of cumulative counters; empty: the preset {@code istio}, which reads {@code istio_requests_total}
 * @param window how far back a sample may lie: at least two scrape intervals of that Prometheus
 * @param clockSkew how far that Prometheus' clock may be off against the controller's
 * @param token bearer token; empty: no Authorization header
 */
public record PrometheusSource(
        URI url, Optional<Custom> custom, Duration window, Duration clockSkew, Optional<String> token) {
    /** Two intervals of Prometheus' default scrape configuration. */
    public static final Duration DEFAULT_WINDOW = Duration.ofSeconds(30);

    /** What machines that run NTP keep to by far. */
    public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofMillis(500);

    /**
     * Two instant queries per slot, for a mesh that has other counters. Each must give cumulative counters, one element per process that
     * counts, labelled the same in both. <code>${namespace}</code>, <code>${deployment}</code>, <code>${host}</code> and
     * <code>${subset}</code> stand for the slot's own, escaped for use inside a string in double quotes.
     *
     * @param total all requests
     * @param failed those that failed
     */
    public record Custom(String total, String failed) {
        public Custom {
            if (total.isBlank() || failed.isBlank()) {
                throw new IllegalArgumentException("a custom Prometheus source needs both queries, total and failed");
            }
        }
    }

    /** Throws {@link IllegalArgumentException} that names the field and the fix. */
    public PrometheusSource {
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null || url.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "url of a Prometheus source must look like http://prometheus.monitoring:9090 but is " + url);
        }
        if (window.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("window of a Prometheus source must be at least 1s but is " + window);
        }
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException(
                    "clockSkew of a Prometheus source must not be negative but is " + clockSkew);
        }
    }

    @Override
    public String toString() {
        return "PrometheusSource[" + url + "]";
    }
}
