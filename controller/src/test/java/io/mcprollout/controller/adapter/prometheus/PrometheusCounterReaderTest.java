package io.mcprollout.controller.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.controller.port.CounterReader.Past;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Prometheus behind a real socket, with answers in the format of its HTTP API. */
class PrometheusCounterReaderTest {
    private static final String HOST = "mcp-server.mcp-services.svc.cluster.local";
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_100_250L);
    private static final MeshOrder ORDER = new MeshOrder(
            "mesh",
            "prometheus",
            Map.of(
                    Slot.A, new MeshArm("mcp-services", "mcp-server-stable", HOST, "stable"),
                    Slot.B, new MeshArm("mcp-services", "mcp-server-canary", HOST, "canary")),
            Duration.ofSeconds(5));

    private final Vertx vertx = Vertx.vertx();
    private final GuardedClient client = new GuardedClient(
            vertx,
            host -> Future.succeededFuture(InetAddress.getLoopbackAddress()),
            EgressRules.DEFAULT,
            Limits.DEFAULT);
    private final List<HttpServerRequest> asked = new ArrayList<>();
    private int status = 200;

    @AfterEach
    void stop() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void takesTheLastSampleOfEverySeriesAndTheirAge() {
        // Given
        String answer = matrix(
                series("mcp-server-stable", "200", "gw-1", "[1700000080,\"7\"],[1700000095,\"90\"]"),
                series("mcp-server-stable", "503", "gw-1", "[1700000095,\"1\"]"),
                series("mcp-server-canary", "200", "gw-2", "[1700000099.5,\"11\"]"),
                series("mcp-server-canary", "0", "gw-2", "[1700000099.5,\"500\"]"),
                series("unknown", "503", "gw-2", "[1700000099.5,\"4\"]"));

        // When
        Count count = read(istio(), query -> answer);

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.at()).isEqualTo(Instant.ofEpochMilli(1_700_000_097_250L));
            assertThat(counted.skew()).isEqualTo(Duration.ofMillis(2750));
            assertThat(counted.counters())
                    .containsEntry(new Series("10.0.0.1:15090/gw-1", Slot.A, false), 90L)
                    .containsEntry(new Series("10.0.0.1:15090/gw-1", Slot.A, true), 1L)
                    .containsEntry(new Series("10.0.0.1:15090/gw-2", Slot.B, false), 11L)
                    .containsEntry(new Series("10.0.0.1:15090/gw-2", Slot.B, true), 0L);
            assertThat(counted.unattributed()).containsEntry("10.0.0.1:15090/gw-2", 4L);
        });
        assertThat(asked.getFirst().getFormAttribute("query"))
                .isEqualTo(
                        "istio_requests_total{reporter=\"source\",destination_workload=~\"mcp-server-canary|mcp-server-stable|unknown\","
                                + "destination_service=~\"mcp-server\\\\.mcp-services\\\\.svc\\\\.cluster\\\\.local\"}[30000ms]");
        assertThat(asked.getFirst().getHeader("Authorization")).isEqualTo("Bearer s3cret");
    }

    @Test
    void theHistogramIsAskedForAtTheMomentOfTheNewestCounter() {
        // Given
        String counters = matrix(
                series("mcp-server-stable", "200", "gw-1", "[1700000095,\"90\"]"),
                series("mcp-server-canary", "200", "gw-2", "[1700000099.5,\"11\"]"));
        String buckets = matrix(
                bucket("mcp-server-stable", "200", "gw-1", "100.0", "[1700000080,\"70\"],[1700000095,\"80\"]"),
                bucket("mcp-server-stable", "200", "gw-1", "+Inf", "[1700000080,\"71\"],[1700000095,\"88\"]"),
                bucket("mcp-server-stable", "202", "gw-1", "100.0", "[1700000095,\"1\"]"),
                bucket("mcp-server-stable", "202", "gw-1", "+Inf", "[1700000095,\"2\"]"),
                bucket("mcp-server-stable", "503", "gw-1", "+Inf", "[1700000095,\"9\"]"),
                bucket("mcp-server-canary", "200", "gw-gone", "+Inf", "[1700000070,\"9\"]"));

        // When
        Count count = read(istio(), query -> query.contains("duration") ? buckets : counters);

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            SortedMap<Double, Long> sum = new TreeMap<>(Map.of(100.0, 81L, Double.POSITIVE_INFINITY, 90L));
            assertThat(counted.latency().histograms())
                    .containsExactly(new Histogram("10.0.0.1:15090/gw-1", Slot.A, sum));
            assertThat(counted.latency().at()).isEqualTo(counted.at().minusMillis(2500));
            assertThat(counted.latency().skew()).isEqualTo(counted.skew().plusMillis(2500));
        });
        assertThat(asked.get(1).getFormAttribute("time")).isEqualTo("1700000099.500");
        assertThat(asked.get(1).getFormAttribute("query"))
                .startsWith("istio_request_duration_milliseconds_bucket{reporter=\"source\",destination_workload=~")
                .endsWith(",response_code!~\"5..|0\"}[30000ms]");
    }

    @Test
    void withoutAHistogramTheCountersCountAndItIsSaid() {
        // Given
        String counters = matrix(series("mcp-server-stable", "200", "gw-1", "[1700000095,\"90\"]"));

        // When
        Count absent = read(istio(), query -> query.contains("duration") ? matrix() : counters);
        Count refused = read(istio(), query -> query.contains("duration") ? "no JSON" : counters);

        // Then
        assertThat(absent).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.counters()).containsValue(90L);
            assertThat(counted.latency().lacking())
                    .startsWith("it has no istio_request_duration_milliseconds_bucket of these Deployments");
        });
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Count.Counted.class,
                        counted -> assertThat(counted.latency().lacking())
                                .startsWith("it does not tell latency: it answers with status 200 and no JSON"));
    }

    @Test
    void ownQueriesAreAskedAboutOneMomentAndTheFailedAreAPartOfAll() {
        // Given
        PrometheusSource own = source(Optional.of(new PrometheusSource.Custom(
                "my_total{d=\"${deployment}\"}", "my_total{d=\"${deployment}\",ok=\"${subset}\"}")));

        // When
        Count count = read(own, query -> {
            String deployment = query.contains("stable") ? "100" : "40";
            return vector(query.contains("ok=") ? "7" : deployment);
        });

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.counters())
                    .containsEntry(new Series("{pod=gw-1}", Slot.A, false), 93L)
                    .containsEntry(new Series("{pod=gw-1}", Slot.A, true), 7L)
                    .containsEntry(new Series("{pod=gw-1}", Slot.B, false), 33L);
            assertThat(counted.skew()).isEqualTo(Duration.ofMillis(15_500));
        });
        assertThat(asked)
                .extracting(request -> request.getFormAttribute("time"))
                .containsOnly("1700000099.250");
        assertThat(asked)
                .extracting(request -> request.getFormAttribute("query"))
                .contains("my_total{d=\"mcp-server-canary\",ok=\"canary\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "422 | {\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query timed out\"} | refuses the query: query timed out",
                "200 | {\"status\":\"success\",\"warnings\":[\"one store is down\"],\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | not complete: one store is down",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | no sample of the last 30 s",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}} | gives a scalar",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"NaN\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"+Inf\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"-1\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"-Inf\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"0.5\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"1e300\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[]}]}} | no cumulative counter can have",
                "502 | <html>Bad Gateway</html> | status 502 and no JSON",
            })
    void whatIsNoWholeAnswerIsSaid(int code, String body, String cause) {
        // Given
        status = code;

        // When
        Count count = read(istio(), query -> body);

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class, failed -> assertThat(failed.cause()).contains(cause));
    }

    @ParameterizedTest
    @CsvSource({"10, 12", "0, 1"})
    void ownQueriesThatCountMoreFailuresThanRequestsAreRefused(String total, String failed) {
        // Given
        PrometheusSource own = source(Optional.of(new PrometheusSource.Custom("my_total", "my_failed")));

        // When
        Count count = read(own, query -> vector(query.contains("failed") ? failed : total));

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class,
                        refused -> assertThat(refused.cause())
                                .startsWith("it counts " + failed
                                        + " failed requests, which is more than all, for {pod=gw-1}"));
    }

    @Test
    void thePastIsDifferencesOfRawCountersByMinute() {
        // Given
        long from = 1_700_000_069L - 3600;
        String answer = matrix(
                series("mcp-server-stable", "200", "gw-1", at(from, "100", "160", "230", "5", "25")),
                series("mcp-server-stable", "503", "gw-1", at(from, "4", "4", "7", "0", "0")),
                series("mcp-server-stable", "200", "gw-2", at(from, "50", null, "70", "80", "90")),
                series("mcp-server-stable", "504", "gw-2", at(from, null, null, null, "3", "3")),
                series("mcp-server-canary", "200", "gw-2", at(from, "1", null, "1", "1", "2")));

        // When
        Past past = ask(istio(), query -> answer, reader -> reader.past(ORDER, Duration.ofSeconds(2)));

        // Then
        assertThat(past)
                .isEqualTo(new Past.Minutes(
                        Instant.ofEpochSecond(1_700_000_069L),
                        Map.of(
                                Slot.A,
                                List.of(new Tally(60, 0), new Tally(70, 3), new Tally(10, 3), new Tally(30, 0)),
                                Slot.B,
                                List.of(new Tally(1, 0)))));
        assertThat(asked.getFirst().path()).isEqualTo("/api/v1/query_range");
        assertThat(asked.getFirst().getFormAttribute("query"))
                .startsWith(
                        "istio_requests_total{reporter=\"source\",destination_workload=~\"mcp-server-canary|mcp-server-stable\",")
                .endsWith("}");
        assertThat(asked.getFirst().getFormAttribute("start")).isEqualTo(String.valueOf(from));
        assertThat(asked.getFirst().getFormAttribute("end")).isEqualTo("1700000069");
        assertThat(asked.getFirst().getFormAttribute("step")).isEqualTo("60");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "503 | {\"status\":\"error\",\"error\":\"too many samples\"} | it refuses the query: too many samples",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | it remembers no requests of the last hour",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"1\"],[2,\"NaN\"]]}]}} | no cumulative counter can have",
            })
    void aPastThatCannotBeHadIsSaid(int code, String body, String cause) {
        // Given
        status = code;

        // When
        Past past = ask(istio(), query -> body, reader -> reader.past(ORDER, Duration.ofSeconds(2)));

        // Then
        assertThat(past)
                .isInstanceOfSatisfying(
                        Past.Unknown.class,
                        unknown -> assertThat(unknown.cause()).contains(cause));
    }

    @Test
    void ownQueriesHaveNoPast() {
        // Given
        PrometheusSource own = source(Optional.of(new PrometheusSource.Custom("my_total", "my_failed")));

        // When
        Past past = ask(own, query -> "", reader -> reader.past(ORDER, Duration.ofSeconds(2)));

        // Then
        assertThat(past).isEqualTo(new Past.None());
        assertThat(asked).isEmpty();
    }

    @Test
    void aPrometheusThatIsNotThereIsSaid() {
        // Given
        PrometheusSource nowhere = source(URI.create("http://127.0.0.1:1"), Optional.empty());

        // When
        Count count = reader(nowhere)
                .read(ORDER, Duration.ofSeconds(2))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class, failed -> assertThat(failed.cause()).startsWith("it cannot be asked: "));
    }

    @Test
    void whatStandsInAStringOrAnExpressionIsEscaped() {
        // When
        String text = PromQuery.escaped("a\"b\\c\nd");
        String regex = PromQuery.regex("a.b|c");

        // Then
        assertThat(text).isEqualTo("a\\\"b\\\\c\\nd");
        assertThat(regex).isEqualTo("a\\.b\\|c");
    }

    @Test
    void aWrongConfigurationNamesTheField() {
        // When / Then
        assertThatThrownBy(() -> source(URI.create("prometheus:9090"), Optional.empty()))
                .hasMessageContaining("url of a Prometheus source must look like http://");
        assertThatThrownBy(() -> new PrometheusSource.Custom("up", " ")).hasMessageContaining("both queries");
    }

    private static PrometheusSource istio() {
        return source(Optional.empty());
    }

    private static PrometheusSource source(Optional<PrometheusSource.Custom> custom) {
        return source(URI.create("http://prometheus.test"), custom);
    }

    private static PrometheusSource source(URI url, Optional<PrometheusSource.Custom> custom) {
        return new PrometheusSource(
                url,
                custom,
                PrometheusSource.DEFAULT_WINDOW,
                PrometheusSource.DEFAULT_CLOCK_SKEW,
                Optional.of("s3cret"));
    }

    private PrometheusCounterReader reader(PrometheusSource source) {
        return new PrometheusCounterReader(Clock.fixed(NOW, ZoneOffset.UTC), client, source);
    }

    private Count read(PrometheusSource source, Function<String, String> answers) {
        return ask(source, answers, reader -> reader.read(ORDER, Duration.ofSeconds(2)));
    }

    private <T> T ask(
            PrometheusSource source,
            Function<String, String> answers,
            Function<PrometheusCounterReader, CompletionStage<T>> question) {
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.setExpectMultipart(true).endHandler(end -> {
                    synchronized (asked) {
                        asked.add(request);
                    }
                    request.response()
                            .setStatusCode(status)
                            .end(answers.apply(Objects.requireNonNull(request.getFormAttribute("query"))));
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        PrometheusSource there = new PrometheusSource(
                URI.create("http://127.0.0.1:" + port + "/"),
                source.custom(),
                source.window(),
                source.clockSkew(),
                source.token());
        return question.apply(reader(there)).toCompletableFuture().join();
    }

    private static String at(long from, @Nullable String... values) {
        List<String> samples = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                samples.add("[" + (from + 60L * i) + ",\"" + values[i] + "\"]");
            }
        }
        return String.join(",", samples);
    }

    private static String bucket(String workload, String code, String pod, String bound, String values) {
        return series(workload, code, pod, values).replace("\"metric\":{", "\"metric\":{\"le\":\"" + bound + "\",");
    }

    private static String series(String workload, String code, String pod, String values) {
        return "{\"metric\":{\"__name__\":\"istio_requests_total\",\"reporter\":\"source\",\"destination_workload\":\""
                + workload
                + "\",\"destination_service\":\"" + HOST + "\",\"response_code\":\"" + code
                + "\",\"instance\":\"10.0.0.1:15090\",\"pod\":\"" + pod + "\"},\"values\":[" + values + "]}";
    }

    private static String matrix(String... series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" + String.join(",", series)
                + "]}}";
    }

    private static String vector(String value) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"my_total\","
                + "\"pod\":\"gw-1\"},\"value\":[1700000099.25,\"" + value + "\"]}]}}";
    }
}
