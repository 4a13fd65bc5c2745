package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.adapter.mcp.FakeGateway.Heard;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How weights are observed. */
class NaturalProbeTest {
    private static final Duration OFTEN = Duration.ofMillis(200);

    private final SessionBed bed = new SessionBed(Duration.ofHours(1));
    private final Map<PinId, Integer> chosen = new HashMap<>();

    @AfterEach
    void close() {
        bed.close();
    }

    private List<Heard> natural() {
        return bed.gateway.heard("initialize").stream()
                .filter(one -> !one.isProbe())
                .toList();
    }

    private int count() {
        bed.drain().natural().forEach((pin, count) -> chosen.merge(pin, count, Integer::sum));
        return chosen.values().stream().mapToInt(Integer::intValue).sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void countsWhomWeightsChoseByHeaderOrByTag(boolean isShown) {
        // Given
        bed.gateway.weights = List.of(Slot.A, Slot.B, Slot.A);
        bed.gateway.isWeightShown = isShown;

        // When
        bed.pace(bed.order(SessionBed.KEPT, OFTEN, Duration.ofSeconds(5)));
        await().until(() -> count() >= 3);
        bed.quiet();

        // Then
        assertThat(chosen).isEqualTo(Map.of(Bed.STABLE, 2, Bed.CANDIDATE, 1));
        assertThat(natural())
                .allSatisfy(one -> assertThat(one.headers().names())
                        .noneMatch(name -> name.startsWith("x-mcp") || name.equals("mcp-session-id")));
        await().untilAsserted(() -> {
            bed.drain();
            Map<Slot, Long> heard = new EnumMap<>(Slot.class);
            bed.gateway.heard().forEach(one -> heard.merge(one.by().orElseThrow(), 1L, Long::sum));
            Map<Slot, Long> logged = new EnumMap<>(Slot.class);
            for (ProbeRequest one : bed.requests.values()) {
                logged.merge(one.slot(), 1L, Long::sum);
            }
            assertThat(logged).isEqualTo(heard);
            long begun = bed.gateway.heard("initialize").size();
            assertThat(bed.gateway.heard("DELETE")).hasSize((int) begun);
        });
    }

    @Test
    void whatCannotBeToldIsNobodysAndNotAskedAgain() {
        // Given
        bed.gateway.prefixes.clear();

        // When
        bed.pace(bed.order(SessionBed.KEPT, OFTEN, Duration.ofSeconds(5)));
        await().until(() -> {
            bed.drain();
            return bed.pairs.size() >= 12;
        });
        bed.quiet();

        // Then: once, and once more if the gateway's plan was heard of after it
        assertThat(natural()).hasSizeBetween(1, 2);
        assertThat(count()).isZero();
        assertThat(bed.requests).hasSize(bed.gateway.heard().size() - natural().size());
    }

    @Test
    void nobodyIsAskedWhereNoSessionsAreKept() {
        // When
        bed.pace(bed.order(Sessions.NONE, OFTEN, Duration.ofSeconds(5)));
        await().until(() -> {
            bed.drain();
            return bed.pairs.size() >= 3;
        });

        // Then
        assertThat(natural()).isEmpty();
    }
}
