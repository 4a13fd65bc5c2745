package io.mcprollout.controller.adapter.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text formats of metrics. */
class ExpositionTest {
    @Test
    void readsNamesLabelsAndValues() throws MalformedExpositionException {
        // Given
        String text = """
                # HELP a_total Something.
                # TYPE a_total counter
                a_total{x="1",y="quote \\" backslash \\\\ newline \\n comma , brace }"} 12 1700000000000
                a_total{} 3

                a_total 4.5e3 # {trace="t"} 1
                  a_total { x = "2" , } +Inf
                unwanted{this is not read
                # EOF
                """;

        // When
        List<Sample> samples = Exposition.parse(text, name -> name.equals("a_total"));

        // Then
        assertThat(samples)
                .containsExactly(
                        new Sample(
                                "a_total",
                                Map.of("x", "1", "y", "quote \" backslash \\ newline \n comma , brace }"),
                                12),
                        new Sample("a_total", Map.of(), 3),
                        new Sample("a_total", Map.of(), 4500),
                        new Sample("a_total", Map.of("x", "2"), Double.POSITIVE_INFINITY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a{x=\"1\"         | labels that do not end",
                "a{x=\"1           | a label value that does not end",
                "a{x} 1            | labels without =",
                "a{x=1} 1          | labels without \"",
                "a{x=\"1\"} one    | the value one, which is no number",
                "a{x=\"1\"}        | no value",
                "<html>            | the name of a metric",
            })
    void saysWhichLineIsWrong(String line, String wrong) {
        // When / Then
        assertThatThrownBy(() -> Exposition.parse("ok 1\n" + line + "\n", name -> true))
                .isInstanceOf(MalformedExpositionException.class)
                .hasMessageStartingWith("line 2 of the metrics")
                .hasMessageContaining(wrong);
    }

    @Test
    void aLargePageTakesMilliseconds() throws MalformedExpositionException {
        // Given
        StringBuilder page = new StringBuilder();
        for (int i = 0; page.length() < 354_000; i++) {
            page.append("envoy_cluster_upstream_cx_total{cluster_name=\"outbound|3000|canary|service-")
                    .append(i)
                    .append(".ns.svc.cluster.local\"} 17\n");
        }
        page.append("istio_requests_total{reporter=\"source\"} 5\n");
        String text = page.toString();

        // When
        List<Sample> samples = List.of();
        long fastest = Long.MAX_VALUE;
        for (int run = 0; run < 50; run++) {
            long start = System.nanoTime();
            samples = Exposition.parse(text, name -> name.equals("istio_requests_total"));
            fastest = Math.min(fastest, System.nanoTime() - start);
        }

        // Then
        assertThat(samples).hasSize(1);
        assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(10));
    }
}
