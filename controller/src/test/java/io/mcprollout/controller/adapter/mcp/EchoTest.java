package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.policy.traffic.Sessions;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of the plan that a gateway follows. */
class EchoTest {
    private final SessionBed bed = new SessionBed(Duration.ofHours(1));

    @AfterEach
    void close() {
        bed.close();
    }

    private static Head says(String plan) {
        return new Head(200, MultiMap.caseInsensitiveMultiMap().set("X-Mcp-Rollout-Gen", plan));
    }

    private ProbeOrder order(Duration interval) {
        return bed.order(Sessions.NONE, interval, Duration.ofSeconds(5));
    }

    @Test
    void anAnswerToAnOlderRequestSaysNothingNew() {
        // Given
        AtomicInteger told = new AtomicInteger();
        Echo echo = new Echo();
        echo.onChange(told::incrementAndGet);
        echo.heard(10, says("one"));
        echo.heard(30, says("three"));

        // When
        echo.heard(20, says("two"));

        // Then
        assertThat(echo.last()).contains("three");
        assertThat(told).hasValue(2);
    }

    @Test
    void anAnswerWithoutEchoTakesBackWhatWasSaid() {
        // Given
        Echo echo = new Echo();
        echo.heard(10, says("one"));

        // When
        echo.heard(20, new Head(404, MultiMap.caseInsensitiveMultiMap()));

        // Then
        assertThat(echo.last()).contains("");
    }

    @Test
    void isHeardFromEveryAnswerToAProbe() {
        // Given
        bed.pace(order(Duration.ofMillis(50)));
        await().until(() -> bed.drain().echoes().equals(Map.of(SessionBed.STREAM, "plan-1")));

        // When
        bed.gateway.echo = Optional.of("plan-2");

        // Then
        await().until(() -> bed.drain().echoes().equals(Map.of(SessionBed.STREAM, "plan-2")));
    }

    @Test
    void isThereOnlyForPresentOrders() {
        // Given
        bed.pace(order(Bed.NEVER_AGAIN));
        await().until(() -> !bed.drain().echoes().isEmpty());

        // When
        bed.pace();

        // Then
        assertThat(bed.drain().echoes()).isEmpty();
    }

    @Test
    void isAbsentWhereNobodyAnswered() {
        // Given
        ProbeOrder order = order(Bed.NEVER_AGAIN);
        bed.gateway.close();

        // When
        bed.pace(order);

        // Then
        await().until(() -> {
            bed.drain();
            return !bed.pairs.isEmpty();
        });
        assertThat(bed.drain().echoes()).isEmpty();
    }
}
