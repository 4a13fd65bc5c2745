package io.mcprollout.sandbox.mesh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The counters and histograms of one gateway process, named and labelled as Envoy's Prometheus endpoint shows them. They only grow, until
 * {@link #reset} starts a new process.
 */
public final class GatewayStats {
    /** Prefix of the connection manager's own counters; without dots, so that Envoy's default tag holds all of it. */
    public static final String HTTP_PREFIX = "ingress_http";

    private static final String REQUESTS = "istio_requests_total";
    private static final String DURATIONS = "istio_request_duration_milliseconds";

    private static final String[] DECLARED = {
        "upstream_rq_total",
        "upstream_rq_timeout",
        "upstream_rq_retry",
        "upstream_cx_connect_fail",
        "upstream_cx_none_healthy",
        "upstream_rq_rx_reset"
    };

    /* The metric's family, its labels, Envoy's inner name (what filter= matches) and whether it may fall. */
    private record Series(String family, String labels, String inner, boolean gauge) {}

    /* used: ever written to; what was never written is left out by usedonly. */
    private static final class Cell {
        private final AtomicLong value = new AtomicLong();
        private volatile boolean used;

        void add(long delta) {
            value.addAndGet(delta);
            used = true;
        }
    }

    private final InstantSource clock;
    private final Map<Series, Cell> cells = new ConcurrentHashMap<>();
    private final Map<Series, DurationHistogram> histograms = new ConcurrentHashMap<>();
    private final Set<String> declared = ConcurrentHashMap.newKeySet();
    private volatile Instant started;

    GatewayStats(InstantSource clock) {
        this.clock = clock;
        this.started = clock.instant();
    }

    /** Forgets every number and starts the uptime anew, as a restarted gateway does. */
    public void reset() {
        cells.clear();
        histograms.clear();
        declared.forEach(this::declare);
        started = clock.instant();
    }

    /** Lets the cluster's counters exist at zero. */
    void declare(String cluster) {
        declared.add(cluster);
        for (String name : DECLARED) {
            cells.computeIfAbsent(clusterSeries(cluster, name, "", name, false), s -> new Cell());
        }
        cells.computeIfAbsent(
                clusterSeries(cluster, "upstream_rq_active", "", "upstream_rq_active", true), s -> new Cell());
    }

    /** Counts one in {@code envoy_cluster_<name>}. */
    void cluster(String cluster, String name) {
        add(clusterSeries(cluster, name, "", name, false), 1);
    }

    /** Moves the gauge of requests under way at the cluster's pods. */
    void active(String cluster, int delta) {
        add(clusterSeries(cluster, "upstream_rq_active", "", "upstream_rq_active", true), delta);
    }

    /** Charges the cluster with one final status: completed, by class and by code. */
    void completed(String cluster, int status) {
        int hundred = status / 100;
        cluster(cluster, "upstream_rq_completed");
        add(
                clusterSeries(
                        cluster,
                        "upstream_rq_xx",
                        "envoy_response_code_class=\"" + hundred + "\",",
                        "upstream_rq_" + hundred + "xx",
                        false),
                1);
        add(
                clusterSeries(
                        cluster,
                        "upstream_rq",
                        "envoy_response_code=\"" + status + "\",",
                        "upstream_rq_" + status,
                        false),
                1);
    }

    /** Counts one in {@code envoy_http_<name>}: {@code no_cluster}, {@code no_route}, {@code downstream_rq_rx_reset}, {@code downstream_rq_total}. */
    void http(String name) {
        String labels = "envoy_http_conn_manager_prefix=\"" + HTTP_PREFIX + "\"";
        add(new Series("envoy_http_" + name, labels, "http." + HTTP_PREFIX + "." + name, false), 1);
    }

    /** Counts one finished request in {@code istio_requests_total} and in the histogram of durations. */
    void request(Map<String, String> labels, Duration took) {
        String text = labels.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                .collect(Collectors.joining(","));
        add(istio(REQUESTS, text), 1);
        histograms
                .computeIfAbsent(istio(DURATIONS, text), series -> new DurationHistogram())
                .add(took);
    }

    private static Series istio(String family, String labels) {
        return new Series(family, labels, "istiocustom." + family + "." + labels, false);
    }

    /** Lets histograms show what they have taken in by now. */
    void flush() {
        histograms.values().forEach(DurationHistogram::flush);
    }

    private void add(Series series, long delta) {
        cells.computeIfAbsent(series, s -> new Cell()).add(delta);
    }

    private static Series clusterSeries(String cluster, String family, String moreLabels, String inner, boolean gauge) {
        int dot = cluster.indexOf('.');
        String cut = dot < 0 ? cluster : cluster.substring(0, dot);
        String labels = moreLabels + "envoy_cluster_name=\"" + cut + "\",cluster_name=\"" + cluster + "\"";
        return new Series("envoy_cluster_" + family, labels, "cluster." + cluster + "." + inner, gauge);
    }

    /** The exposition text; {@code filter} is searched in Envoy's inner names ({@code upstream_rq_5xx}, not {@code _xx}). */
    public String exposition(boolean usedOnly, Pattern filter) {
        Map<String, StringBuilder> families = new TreeMap<>();
        cells.forEach((series, cell) -> {
            if ((cell.used || !usedOnly) && filter.matcher(series.inner()).find()) {
                line(families, series, cell.value.get());
            }
        });
        histograms.forEach((series, histogram) -> {
            if ((histogram.isUsed() || !usedOnly)
                    && filter.matcher(series.inner()).find()) {
                histogram.write(family(families, series.family(), "histogram"), series.family(), series.labels());
            }
        });
        long uptime = Duration.between(started, clock.instant()).toSeconds();
        own(families, filter, "uptime", uptime);
        own(families, filter, "live", 1);
        StringBuilder text = new StringBuilder();
        families.values().forEach(text::append);
        return text.toString();
    }

    private static void own(Map<String, StringBuilder> families, Pattern filter, String name, long value) {
        if (filter.matcher("server." + name).find()) {
            line(families, new Series("envoy_server_" + name, "", "server." + name, true), value);
        }
    }

    private static void line(Map<String, StringBuilder> families, Series series, long value) {
        family(families, series.family(), series.gauge() ? "gauge" : "counter")
                .append(series.family())
                .append('{')
                .append(series.labels())
                .append("} ")
                .append(value)
                .append('\n');
    }

    private static StringBuilder family(Map<String, StringBuilder> families, String name, String type) {
        return families.computeIfAbsent(
                name,
                family -> new StringBuilder("# TYPE ")
                        .append(family)
                        .append(' ')
                        .append(type)
                        .append('\n'));
    }
}
