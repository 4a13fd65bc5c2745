package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The state fits into a resource's status. */
class StateSizeTest {
    @Test
    void twoProbesFourGatewayPodsAndAnHourOfMinutesTakeLessThan6Kilobytes() {
        // Given
        Streams streams = new Streams(
                List.of(
                        new Streams.Probe("outside", Duration.ofSeconds(5)),
                        new Streams.Probe("inside", Duration.ofSeconds(5))),
                List.of(World.MESH));
        Cohort cohort = new Cohort(new Revision("1-5f0c9a4be2d1473b8a60"), new Revision("1-c07d11e94af24b9f8e3a"));
        Scene scene = new Scene(new Design(cohort, Slot.A, Presets.STANDARD, streams, Scene.steps(10, 25, 50, 100), 0));

        // When
        for (int i = 0; i < 50; i++) {
            scene.pair("outside", 3, World.arm(false), World.arm(i % 2 == 0));
            scene.pair("inside", 2, World.arm(false), Scene.failed(ProbeCode.TIMEOUT, "no answer within 5 s"));
        }
        String text = gateways(scene).encode();

        // Then
        assertThat(text).contains(" 406f400000000000 ");
        assertThat(text.length()).isLessThan(6 * 1024);
    }

    /* More than an hour, ten seconds apart. */
    private static final int READINGS = 400;

    private static Divergence gateways(Scene scene) {
        Divergence divergence = scene.divergence();
        for (int reading = 1; reading <= READINGS; reading++) {
            Map<Reading.Series, Long> counters = new HashMap<>();
            List<Reading.Histogram> histograms = new ArrayList<>();
            for (int pod = 0; pod < 4; pod++) {
                String instance = "istio-ingressgateway-7d9c8f6b54-x2k4" + pod + "@1772366400";
                for (Slot slot : Slot.values()) {
                    counters.put(new Reading.Series(instance, slot, false), 12_345_678L * reading);
                    counters.put(new Reading.Series(instance, slot, true), 2_345L * reading);
                    SortedMap<Double, Long> atMost = new TreeMap<>();
                    atMost.put(100.0, 11_345_678L * reading);
                    atMost.put(250.0, 12_335_678L * reading);
                    atMost.put(Double.POSITIVE_INFINITY, 12_345_678L * reading);
                    histograms.add(new Reading.Histogram(instance, slot, atMost));
                }
            }
            Instant at = scene.now().plusMillis(10_137L * reading);
            Reading.Latency latency =
                    new Reading.Latency(at.minusMillis(2500), Duration.ofMillis(2550), histograms, "");
            Reading.Counters read = new Reading.Counters(World.MESH, at, Duration.ofMillis(50), counters, latency);
            divergence = divergence.with(read, ProbeLog.startingAt(Scene.START), true);
        }
        return divergence;
    }
}
