package io.mcprollout.controller.adapter.scrape;

import static io.mcprollout.controller.adapter.scrape.PresetTest.ORDER;
import static io.mcprollout.controller.adapter.scrape.PresetTest.durations;
import static io.mcprollout.controller.adapter.scrape.PresetTest.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gateways behind real sockets. */
class ScrapeCounterReaderTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Vertx vertx = Vertx.vertx();
    private final NameResolver resolver = host -> Future.succeededFuture(InetAddress.getLoopbackAddress());
    private final GuardedClient client =
            new GuardedClient(vertx, resolver, EgressRules.DEFAULT, new Limits(32 * 1024, 8 * 1024 * 1024));
    private final Map<Integer, String> pages = new ConcurrentHashMap<>();
    private final List<String> queries = new ArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void sumsNothingUpButKeepsGatewaysApart() {
        // Given
        String first = gateway(uptime(100) + series("mcp-server-stable", "200", "-", 90));
        String second =
                gateway(uptime(200) + series("mcp-server-canary", "503", "-", 3) + series("unknown", "503", "UH", 2));

        // When
        Count count = read(source(first, second));

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.counters())
                    .hasSize(8)
                    .containsEntry(new Series(first, Slot.A, false), 90L)
                    .containsEntry(new Series(first, Slot.B, true), 0L)
                    .containsEntry(new Series(second, Slot.B, true), 3L);
            assertThat(counted.unattributed()).isEqualTo(Map.of(first, 0L, second, 2L));
            assertThat(counted.skew()).isBetween(Duration.ofMillis(25), DEADLINE);
        });
        assertThat(queries).allMatch(query -> query.startsWith("usedonly&filter=istio_requests_total"));
    }

    @Test
    void addsTheHistogramsOfEachGatewayAndKnowsThatTheyAreLate() {
        // Given
        String code200 = durations("mcp-server-stable", "200", "-", "0", "40", "89", "90");
        String code202 = durations("mcp-server-stable", "202", "-", "1", "1", "1", "10");
        String first = gateway(uptime(100) + series("mcp-server-stable", "200", "-", 100) + code200 + code202);
        String second = gateway(uptime(100));

        // When
        Count count = read(source(first, second));

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            SortedMap<Double, Long> sum =
                    new TreeMap<>(Map.of(.5, 1L, 100.0, 41L, 2500.0, 90L, Double.POSITIVE_INFINITY, 100L));
            assertThat(counted.latency().histograms()).containsExactly(new Histogram(first, Slot.A, sum));
            assertThat(counted.latency().at()).isEqualTo(counted.at().minusMillis(2500));
            assertThat(counted.latency().skew()).isEqualTo(counted.skew().plusMillis(2500));
        });
    }

    @Test
    void gatewaysWithoutAHistogramSaySo() {
        // Given
        String gateway = gateway(uptime(100) + series("mcp-server-stable", "200", "-", 100));

        // When
        Count count = read(source(gateway));

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Counted.class,
                        counted -> assertThat(counted.latency().lacking())
                                .startsWith("its gateways show no istio_request_duration_milliseconds_bucket"));
    }

    @Test
    void aGatewayThatIsNotThereMakesNoReading() {
        // Given
        String there = gateway(uptime(100));

        // When
        Count count = read(source(there, "127.0.0.1:1"));

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class, failed -> assertThat(failed.cause()).startsWith("gateway 127.0.0.1:1: "));
    }

    @Test
    void aPageThatIsNoneIsSaid() {
        // Given
        String html = gateway("<html>not found</html>\n");

        // When
        Count count = read(source(html));

        // Then
        assertThat(count)
                .isEqualTo(new Count.Failed(
                        "gateway " + html + ": line 1 of the metrics does not begin with the name of a metric"));
    }

    @Test
    void aProcessThatStartedAnewHasAnotherNameAndOneThatWentOnKeepsIt() {
        // Given
        String address = gateway(uptime(100));
        ScrapeCounterReader reader = reader(source(address), (namespace, selector) -> List.of());
        Count before = read(reader);
        pages.replaceAll((port, page) -> uptime(101));
        Count same = read(reader);
        pages.replaceAll((port, page) -> uptime(2));

        // When
        Count restarted = read(reader);

        // Then
        assertThat(instances(before)).containsOnly(address);
        assertThat(instances(same)).containsOnly(address);
        assertThat(instances(restarted)).hasSize(1).allMatch(name -> name.startsWith(address + "@"));
    }

    @Test
    void podsAreNamedByTheirIncarnation() {
        // Given
        String address = gateway(uptime(100));
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        ScrapeSource pods = new ScrapeSource(
                ScrapeSource.Preset.ISTIO,
                List.of(),
                Optional.of(new ScrapeSource.Pods("istio-ingress", "istio=ingressgateway", port)),
                ScrapeSource.DEFAULT_PATH);
        GatewayPods cluster =
                (namespace, selector) -> namespace.equals("istio-ingress") && selector.equals("istio=ingressgateway")
                        ? List.of(new GatewayPods.GatewayPod("gw-1", "127.0.0.1", "uid-7/0"))
                        : List.of();

        // When
        Count count = read(reader(pods, cluster));
        Count none = read(reader(pods, (namespace, selector) -> List.of()));
        Count failed = read(reader(pods, (namespace, selector) -> {
            throw new IllegalStateException("forbidden");
        }));

        // Then
        assertThat(instances(count)).containsOnly("gw-1@uid-7/0");
        assertThat(none)
                .isInstanceOfSatisfying(
                        Count.Failed.class,
                        said -> assertThat(said.cause())
                                .contains("no ready pod in namespace istio-ingress matches istio=ingressgateway"));
        assertThat(failed).isEqualTo(new Count.Failed("the gateways cannot be listed: forbidden"));
    }

    @Test
    void aSourceNeedsAddressesOrPods() {
        // When / Then
        assertThatThrownBy(() -> source()).hasMessageContaining("either addresses (host:port) or pods");
        assertThatThrownBy(() -> source("gateway")).hasMessageContaining("must look like host:port but is gateway");
    }

    private static String uptime(long seconds) {
        return "envoy_server_uptime{} " + seconds + "\n";
    }

    private static ScrapeSource source(String... addresses) {
        return new ScrapeSource(
                ScrapeSource.Preset.ISTIO, List.of(addresses), Optional.empty(), ScrapeSource.DEFAULT_PATH);
    }

    private ScrapeCounterReader reader(ScrapeSource source, GatewayPods pods) {
        return new ScrapeCounterReader(vertx, Clock.systemUTC(), client, source, pods);
    }

    private Count read(ScrapeSource source) {
        return read(reader(source, (namespace, selector) -> List.of()));
    }

    private static Count read(ScrapeCounterReader reader) {
        return reader.read(ORDER, DEADLINE).toCompletableFuture().join();
    }

    private static List<String> instances(Count count) {
        return count instanceof Count.Counted counted
                ? counted.counters().keySet().stream()
                        .map(Series::instance)
                        .distinct()
                        .toList()
                : List.of(count.toString());
    }

    private String gateway(String page) {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            synchronized (queries) {
                queries.add(request.query());
            }
            request.response().end(pages.get(request.localAddress().port()));
        });
        int port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        pages.put(port, page);
        return "127.0.0.1:" + port;
    }
}
