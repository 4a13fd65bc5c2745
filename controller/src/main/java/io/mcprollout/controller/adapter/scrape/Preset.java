package io.mcprollout.controller.adapter.scrape;

import io.mcprollout.controller.port.IstioDurations;
import io.mcprollout.controller.port.IstioRequests;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.traffic.Slot;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** How one gateway's page is asked for and read. */
sealed interface Preset {
    /** Tells since when the process counts; {@code server} is part of what Istio's gateways show by default. */
    String UPTIME = "envoy_server_uptime";

    /** What to ask the endpoint for, encoded; an endpoint that is not Envoy's ignores it. */
    String query();

    /** Whether a metric is read at all. */
    Predicate<String> wanted();

    /** Why no gateway shows how long requests take, if none does. */
    String lackingDurations();

    /** Counts of one gateway. */
    Page read(List<Sample> samples);

    /** What a page says. */
    sealed interface Page {
        /**
         * Cumulative counts.
         *
         * @param good requests that did not fail, by slot
         * @param bad requests that failed, by slot
         * @param unattributed failed requests to the service of unknown slot
         * @param durations buckets of answered requests
         * @param active requests that are not answered to the end yet, by slot; absent: none, or the gateway does not tell
         */
        record Counts(
                Map<Slot, Long> good,
                Map<Slot, Long> bad,
                long unattributed,
                List<Bucket> durations,
                Map<Slot, Long> active)
                implements Page {
            public Counts {
                durations = List.copyOf(durations);
                active = Map.copyOf(active);
            }

            /** Of a gateway that does not tell what is under way. */
            public Counts(Map<Slot, Long> good, Map<Slot, Long> bad, long unattributed, List<Bucket> durations) {
                this(good, bad, unattributed, durations, Map.of());
            }

            /** Without any histogram. */
            public Counts(Map<Slot, Long> good, Map<Slot, Long> bad, long unattributed) {
                this(good, bad, unattributed, List.of());
            }
        }

        /** One bucket of one histogram: requests of a slot that took at most so long. */
        record Bucket(Slot slot, String bound, long count) {}

        /** The counters are not there; a sentence with the fix. */
        record Lacking(String cause) implements Page {}
    }

    /** The preset for an order. */
    static Preset of(ScrapeSource.Preset preset, MeshOrder order) {
        return switch (preset) {
            case ISTIO -> new Istio(new IstioRequests(order.arms()));
            case ENVOY -> new Envoy(order.arms());
        };
    }

    private static String encoded(String filter) {
        return URLEncoder.encode(filter, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Map<Slot, Long> zeros() {
        Map<Slot, Long> zeros = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            zeros.put(slot, 0L);
        }
        return zeros;
    }

    /** Istio's standard metrics: a counter that is still zero is not shown. */
    record Istio(IstioRequests requests) implements Preset {
        private static final String DURATIONS = "istio_request_duration_milliseconds";
        private static final long IMPOSSIBLE = -(1L << 55);

        @Override
        public String query() {
            return "usedonly&filter=" + encoded(IstioRequests.METRIC + "|" + durations() + "|^server\\.uptime$");
        }

        /* Histograms are long: only those of our service, whose name is in that of the inner statistic. */
        private String durations() {
            TreeSet<String> services = new TreeSet<>();
            requests.arms()
                    .values()
                    .forEach(arm ->
                            services.add(arm.host().replaceAll("\\..*", "").replaceAll("[^A-Za-z0-9_-]", ".")));
            return DURATIONS + ".*(" + String.join("|", services) + ")";
        }

        @Override
        public String lackingDurations() {
            return "its gateways show no " + IstioDurations.METRIC
                    + "; without Istio's standard metric REQUEST_DURATION latency is judged by probes alone";
        }

        @Override
        public Predicate<String> wanted() {
            return name ->
                    name.equals(IstioRequests.METRIC) || name.equals(IstioDurations.METRIC) || name.equals(UPTIME);
        }

        @Override
        public Page read(List<Sample> samples) {
            if (samples.isEmpty()) {
                return new Page.Lacking("it shows neither " + IstioRequests.METRIC + " nor " + UPTIME
                        + "; name the metrics endpoint of an Istio gateway (port " + ScrapeSource.DEFAULT_PORT + ")");
            }
            Map<Slot, Long> good = zeros();
            Map<Slot, Long> bad = zeros();
            long unattributed = 0;
            List<Page.Bucket> durations = new ArrayList<>();
            for (Sample sample : samples) {
                if (sample.name().equals(IstioDurations.METRIC)) {
                    requests.owner(sample.labels())
                            .flatMap(IstioRequests.Owner::answering)
                            .ifPresent(slot -> durations.add(bucket(slot, sample)));
                    continue;
                }
                Optional<IstioRequests.Owner> owner =
                        sample.name().equals(IstioRequests.METRIC) ? requests.owner(sample.labels()) : Optional.empty();
                if (owner.isPresent() && !sample.isCount()) {
                    return new Page.Lacking(sample.impossible());
                }
                if (owner.isPresent() && owner.get().slot().isPresent()) {
                    (owner.get().bad() ? bad : good).merge(owner.get().slot().get(), sample.count(), Long::sum);
                } else if (owner.isPresent()) {
                    unattributed += sample.count();
                }
            }
            return new Page.Counts(good, bad, unattributed, durations);
        }

        /* What no counter can be makes the histogram one that is refused, and only that. */
        private static Page.Bucket bucket(Slot slot, Sample sample) {
            return new Page.Bucket(
                    slot, sample.label(IstioDurations.BOUND), sample.isCount() ? sample.count() : IMPOSSIBLE);
        }
    }

    /*
     * Envoy names a cluster's counter cluster.<cluster>.upstream_rq_2xx and cuts the label at the first dot of the cluster's name, so that
     * the rest of a host becomes part of the metric's name; Istio's own tags keep it whole and write the class as 2xx. Counters of the
     * origin (…external.upstream_rq_…) count the same requests again. Good requests are the sum of their classes and not the completed
     * ones without the failed: a page is no snapshot, and a difference of two of its counters would now and then go back.
     */
    /** Envoy's counters of the slots' clusters: see failures that reached no pod. */
    record Envoy(Map<Slot, MeshArm> arms) implements Preset {
        private static final String FAMILY = "envoy_cluster_";
        private static final String COMPLETED = "upstream_rq_completed";
        private static final String ACTIVE = "upstream_rq_active";
        private static final String BY_CLASS = "upstream_rq_xx";
        private static final String BY_TAG = "upstream_rq";
        private static final Pattern NAME =
                Pattern.compile(FAMILY + "(.*?)(" + COMPLETED + "|" + ACTIVE + "|" + BY_CLASS + "|" + BY_TAG + ")");

        /** Completed requests of no known class that cannot be a matter of when each counter was read. */
        private static final long UNCLASSED = 100;

        public Envoy {
            arms = Map.copyOf(arms);
        }

        /** Quantity of a cluster. */
        private record Counter(Slot slot, String quantity) {}

        @Override
        public String query() {
            TreeSet<String> clusters = new TreeSet<>();
            arms.values().forEach(arm -> clusters.add(escaped(arm.subset()) + "\\|" + escaped(arm.host())));
            return "filter="
                    + encoded("^cluster\\.outbound\\|[0-9]+\\|(" + String.join("|", clusters)
                            + ");?\\.upstream_rq_(completed|[1-5]xx|active)$|^server\\.uptime$");
        }

        @Override
        public String lackingDurations() {
            return "preset envoy reads no latency, which preset istio does; it is judged by probes alone";
        }

        private static String escaped(String name) {
            return name.replaceAll("[^A-Za-z0-9_-]", "\\\\$0");
        }

        @Override
        public Predicate<String> wanted() {
            return name -> name.equals(UPTIME) || (name.startsWith(FAMILY) && name.contains(BY_TAG));
        }

        @Override
        public Page read(List<Sample> samples) {
            Map<Slot, Long> completed = zeros();
            Map<Slot, Long> good = zeros();
            Map<Slot, Long> bad = zeros();
            Map<Slot, Long> active = new EnumMap<>(Slot.class);
            boolean seen = false;
            for (Sample sample : samples) {
                Optional<Counter> counter = counter(sample);
                seen |= counter.isPresent();
                if (counter.isPresent() && !sample.isCount()) {
                    return new Page.Lacking(sample.impossible());
                }
                if (counter.isPresent() && counter.get().quantity().equals(ACTIVE) && sample.count() > 0) {
                    active.merge(counter.get().slot(), sample.count(), Long::sum);
                }
                if (counter.isPresent() && !counter.get().quantity().equals(ACTIVE)) {
                    Map<Slot, Long> kind = counter.get().quantity().equals(COMPLETED)
                            ? completed
                            : statusClass(sample).equals("5") ? bad : good;
                    kind.merge(counter.get().slot(), sample.count(), Long::sum);
                }
            }
            boolean classless = completed.entrySet().stream()
                    .anyMatch(slot -> good.getOrDefault(slot.getKey(), 0L) == 0
                            && slot.getValue() - bad.getOrDefault(slot.getKey(), 0L) > UNCLASSED);
            return seen && !classless ? new Page.Counts(good, bad, 0, List.of(), active) : new Page.Lacking(lacking());
        }

        /** First digit of the status; empty for a counter that is of no class. */
        private static String statusClass(Sample sample) {
            String tag = sample.label("response_code_class");
            return tag.isEmpty() ? sample.label("envoy_response_code_class") : tag.substring(0, 1);
        }

        private Optional<Counter> counter(Sample sample) {
            var name = NAME.matcher(sample.name());
            if (!name.matches()) {
                return Optional.empty();
            }
            boolean counts = name.group(2).equals(COMPLETED)
                    || name.group(2).equals(ACTIVE)
                    || !statusClass(sample).isEmpty();
            for (Map.Entry<Slot, MeshArm> arm : arms.entrySet()) {
                if (counts && isOf(arm.getValue(), name.group(1), sample)) {
                    return Optional.of(new Counter(arm.getKey(), name.group(2)));
                }
            }
            return Optional.empty();
        }

        private static boolean isOf(MeshArm arm, String middle, Sample sample) {
            String whole = sample.label("cluster_name");
            String cluster = whole.isEmpty() ? sample.label("envoy_cluster_name") : whole;
            String[] parts = cluster.split("\\|", -1);
            if (parts.length != 4 || !parts[0].equals("outbound") || !parts[2].equals(arm.subset())) {
                return false;
            }
            String host = parts[3].endsWith(";") ? parts[3].substring(0, parts[3].length() - 1) : parts[3];
            if (middle.isEmpty()) {
                return host.equals(arm.host());
            }
            int dot = arm.host().indexOf('.');
            String rest = dot < 0 ? "" : arm.host().substring(dot + 1).replaceAll("[^A-Za-z0-9]", "_");
            return dot > 0
                    && host.equals(arm.host().substring(0, dot))
                    && (middle.equals(rest + "_") || middle.equals(rest + "__"));
        }

        private String lacking() {
            MeshArm arm = arms.values().iterator().next();
            return "it shows no counters of the cluster outbound|…|" + arm.subset() + "|" + arm.host()
                    + "; Istio's gateways leave them out unless their pods carry the annotation"
                    + " sidecar.istio.io/statsInclusionRegexps: cluster\\.outbound.*upstream_rq_(completed|[1-5]xx|active)"
                    + " (or use the preset istio)";
        }
    }
}
