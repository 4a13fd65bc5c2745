package io.mcprollout.controller.adapter.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.adapter.scrape.Preset.Page;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.traffic.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What gateways show, read as the slots' requests. Pages named envoy-*.txt are Envoy 1.40's own, cut to the families about requests. */
class PresetTest {
    private static final String HOST = "mcp-server.mcp-services.svc.cluster.local";
    static final MeshOrder ORDER = new MeshOrder(
            "mesh",
            "gateways",
            Map.of(
                    Slot.A, new MeshArm("mcp-services", "mcp-server-stable", HOST, "stable"),
                    Slot.B, new MeshArm("mcp-services", "mcp-server-canary", HOST, "canary")),
            Duration.ofSeconds(2));

    /** Stable answered 200 three times and 404 once, nothing listened for the canary's three requests. */
    @ParameterizedTest
    @ValueSource(strings = {"envoy-stock-tags.txt", "envoy-istio-tags.txt", "envoy-istio-tags-semicolon.txt"})
    void envoyCountsByClusterHoweverItsNameIsCut(String page) throws Exception {
        // When
        Page read = read(ScrapeSource.Preset.ENVOY, resource(page));

        // Then
        assertThat(read).isEqualTo(new Page.Counts(Map.of(Slot.A, 4L, Slot.B, 0L), Map.of(Slot.A, 0L, Slot.B, 3L), 0));
    }

    @Test
    void envoyWithoutTheCountersSaysWhichAnnotationIsMissing() throws Exception {
        // When
        Page read = read(ScrapeSource.Preset.ENVOY, "envoy_server_uptime{} 17\n");

        // Then
        assertThat(read)
                .isInstanceOfSatisfying(
                        Page.Lacking.class,
                        lacking -> assertThat(lacking.cause())
                                .contains("sidecar.istio.io/statsInclusionRegexps", "preset istio"));
    }

    @Test
    void envoyWithClassesLeftOutSaysSoToo() throws Exception {
        // Given
        String page = "envoy_cluster_upstream_rq_completed{cluster_name=\"outbound|3000|stable|" + HOST + "\"} 5000\n";

        // When
        Page read = read(ScrapeSource.Preset.ENVOY, page);

        // Then
        assertThat(read).isInstanceOf(Page.Lacking.class);
    }

    @Test
    void envoyBeforeItsFirstRequestIsZero() throws Exception {
        // Given
        String page = "envoy_cluster_upstream_rq_active{cluster_name=\"outbound|3000|stable|" + HOST + "\"} 0\n";

        // When
        Page read = read(ScrapeSource.Preset.ENVOY, page);

        // Then
        assertThat(read).isEqualTo(new Page.Counts(Map.of(Slot.A, 0L, Slot.B, 0L), Map.of(Slot.A, 0L, Slot.B, 0L), 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outbound|3000|canary|mcp-server.elsewhere.svc.cluster.local",
                "outbound|3000|canary|mcp-server",
                "inbound|3000||mcp-server.mcp-services.svc.cluster.local",
                "outbound|3000|canary-2|mcp-server.mcp-services.svc.cluster.local",
            })
    void envoysClustersOfOthersAreNotOurs(String cluster) throws Exception {
        // Given
        String page =
                "envoy_cluster_upstream_rq_xx{envoy_response_code_class=\"5\",cluster_name=\"" + cluster + "\"} 9\n";

        // When
        Page read = read(ScrapeSource.Preset.ENVOY, page);

        // Then
        assertThat(read).isInstanceOf(Page.Lacking.class);
    }

    @Test
    void envoyIsAskedForOurClustersOnly() {
        // Given
        Pattern filter = filter(ScrapeSource.Preset.ENVOY);
        String cluster = "cluster.outbound|3000|canary|" + HOST;

        // When
        boolean found = filter.matcher(cluster + ".upstream_rq_5xx").find()
                && filter.matcher(cluster + ".upstream_rq_2xx").find()
                && filter.matcher(cluster + ";.upstream_rq_completed").find()
                && filter.matcher(cluster + ".upstream_rq_active").find()
                && filter.matcher("server.uptime").find();

        // Then
        assertThat(found).isTrue();
        assertThat(filter.matcher(cluster + ".external.upstream_rq_5xx").find()).isFalse();
        assertThat(filter.matcher("cluster.outbound|3000|v3|" + HOST + ".upstream_rq_5xx")
                        .find())
                .isFalse();
        assertThat(filter.matcher(cluster.replace('.', 'x') + ".upstream_rq_5xx")
                        .find())
                .isFalse();
    }

    @Test
    void istioCountsByWorkloadAndKeepsApartWhatReachedNoPod() throws Exception {
        // Given
        String page = series("mcp-server-stable", "200", "-", 90)
                + series("mcp-server-stable", "404", "-", 5)
                + series("mcp-server-stable", "503", "UC", 1)
                + series("mcp-server-canary", "200", "-", 9)
                + series("mcp-server-canary", "500", "-", 2)
                + series("mcp-server-canary", "0", "DC", 7)
                + series("mcp-server-canary", "504", "DC", 3)
                + series("unknown", "503", "UH", 4)
                + series("unknown", "404", "NR", 6)
                + series("mcp-server-v3", "500", "-", 8)
                + series("mcp-server-stable", "200", "-", 1000).replace("\"source\"", "\"destination\"")
                + series("mcp-server-stable", "200", "-", 1000).replace("mcp-services", "elsewhere");

        // When
        Page read = read(ScrapeSource.Preset.ISTIO, page);

        // Then
        assertThat(read).isEqualTo(new Page.Counts(Map.of(Slot.A, 95L, Slot.B, 9L), Map.of(Slot.A, 1L, Slot.B, 2L), 4));
    }

    /** A gateway's page as Istio shows it: a histogram for each code, of which those of failures are not read. */
    @Test
    void istioTellsHowLongAnsweredRequestsTook() throws Exception {
        // Given
        String page = series("mcp-server-canary", "200", "-", 3)
                + "# TYPE istio_request_duration_milliseconds histogram\n"
                + durations("mcp-server-canary", "200", "-", "0", "1", "2", "3")
                + durations("mcp-server-canary", "503", "UC", "9", "9", "9", "9")
                + durations("mcp-server-canary", "0", "DC", "9", "9", "9", "9")
                + durations("unknown", "404", "NR", "9", "9", "9", "9")
                + "istio_request_duration_milliseconds_sum{reporter=\"source\"} 7300.5\n"
                + "istio_request_duration_milliseconds_count{reporter=\"source\"} 3\n";

        // When
        Page read = read(ScrapeSource.Preset.ISTIO, page);

        // Then
        assertThat(read)
                .isInstanceOfSatisfying(
                        Page.Counts.class,
                        counts -> assertThat(counts.durations())
                                .containsExactly(
                                        new Page.Bucket(Slot.B, "0.5", 0),
                                        new Page.Bucket(Slot.B, "100", 1),
                                        new Page.Bucket(Slot.B, "2500", 2),
                                        new Page.Bucket(Slot.B, "+Inf", 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "-1", "0.5"})
    void aBucketThatCannotBeSpoilsTheHistogramAlone(String value) throws Exception {
        // Given
        String page = series("mcp-server-canary", "200", "-", 3)
                + durations("mcp-server-canary", "200", "-", "0", "1", value, "3");

        // When
        Page read = read(ScrapeSource.Preset.ISTIO, page);

        // Then
        assertThat(read).isInstanceOfSatisfying(Page.Counts.class, counts -> {
            assertThat(counts.good()).containsEntry(Slot.B, 3L);
            assertThat(counts.durations().get(2).count()).isNegative();
        });
    }

    @Test
    void istioIsAskedForTheHistogramOfOurServiceOnly() {
        // Given
        Pattern filter = filter(ScrapeSource.Preset.ISTIO);
        String histogram = "istiocustom.istio_request_duration_milliseconds.reporter.source.destination_service.";

        // When / Then
        assertThat(filter.matcher(histogram + HOST).find()).isTrue();
        assertThat(filter.matcher(histogram + "shop.default.svc.cluster.local").find())
                .isFalse();
        assertThat(filter.matcher("istiocustom.istio_requests_total.reporter.source")
                        .find())
                .isTrue();
        assertThat(filter.matcher("server.uptime").find()).isTrue();
    }

    @Test
    void istioBeforeItsFirstRequestIsZeroAndAnotherServersPageIsNone() throws Exception {
        // When
        Page quiet = read(ScrapeSource.Preset.ISTIO, "envoy_server_uptime{} 3\n");
        Page strange = read(ScrapeSource.Preset.ISTIO, "go_goroutines 12\n");

        // Then
        assertThat(quiet).isEqualTo(new Page.Counts(Map.of(Slot.A, 0L, Slot.B, 0L), Map.of(Slot.A, 0L, Slot.B, 0L), 0));
        assertThat(strange).isInstanceOf(Page.Lacking.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "+Inf", "-Inf", "-1", "0.5", "1e300"})
    void aCounterThatCannotBeIsRefusedByItsName(String value) throws Exception {
        // Given
        String istio = series("mcp-server-stable", "200", "-", 90)
                + series("mcp-server-canary", "503", "UC", 1).replace("\"} 1\n", "\"} " + value + "\n");
        String envoy = "envoy_cluster_upstream_rq_xx{response_code_class=\"5xx\",cluster_name=\"outbound|3000|canary|"
                + HOST + "\"} " + value + "\n";

        // When
        Page ofIstio = read(ScrapeSource.Preset.ISTIO, istio);
        Page ofEnvoy = read(ScrapeSource.Preset.ENVOY, envoy);

        // Then
        assertThat(ofIstio)
                .isInstanceOfSatisfying(
                        Page.Lacking.class,
                        page -> assertThat(page.cause())
                                .contains("which no counter can be, for istio_requests_total{", "mcp-server-canary"));
        assertThat(ofEnvoy)
                .isInstanceOfSatisfying(
                        Page.Lacking.class,
                        page -> assertThat(page.cause())
                                .contains("which no counter can be, for envoy_cluster_upstream_rq_xx{"));
    }

    static String durations(String workload, String code, String flags, String... counts) {
        String labels = series(workload, code, flags, 0)
                .replace("istio_requests_total{", "istio_request_duration_milliseconds_bucket{")
                .replace("} 0\n", ",le=");
        List<String> bounds = List.of("0.5", "100", "2500", "+Inf");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < counts.length; i++) {
            lines.append(labels)
                    .append('"')
                    .append(bounds.get(i))
                    .append("\"} ")
                    .append(counts[i])
                    .append('\n');
        }
        return lines.toString();
    }

    static String series(String workload, String code, String flags, long value) {
        return "istio_requests_total{reporter=\"source\",destination_workload=\"" + workload
                + "\",destination_workload_namespace=\"mcp-services\",destination_service=\"" + HOST
                + "\",destination_service_name=\"mcp-server\",destination_service_namespace=\"mcp-services\",response_code=\""
                + code + "\",response_flags=\"" + flags + "\"} " + value + "\n";
    }

    private static Page read(ScrapeSource.Preset preset, String text) throws MalformedExpositionException {
        Preset reader = Preset.of(preset, ORDER);
        return reader.read(Exposition.parse(text, reader.wanted()));
    }

    private static Pattern filter(ScrapeSource.Preset preset) {
        String query = Preset.of(preset, ORDER).query();
        return Pattern.compile(
                URLDecoder.decode(query.substring(query.indexOf("filter=") + 7), StandardCharsets.UTF_8));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(PresetTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
