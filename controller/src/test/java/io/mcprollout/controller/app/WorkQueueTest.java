package io.mcprollout.controller.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.port.RolloutKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final RolloutKey KEY = new RolloutKey("shop", "mcp");

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void looksAtNothingUntilItIsOpened() {
        // Given
        try (WorkQueue queue = new WorkQueue(late -> {}, key -> {
            looks.incrementAndGet();
            return Optional.empty();
        })) {
            queue.wake(KEY);
            queue.open();
            // When
            queue.wake(KEY);
            // Then
            await().until(() -> queue.size() == 0);
            assertThat(looks).hasValue(1);
        }
    }

    @Test
    void looksAgainWhenItsTimeHasCome() {
        // Given
        try (WorkQueue queue = new WorkQueue(
                late -> {},
                key -> looks.incrementAndGet() < 3 ? Optional.of(Duration.ofMillis(5)) : Optional.empty())) {
            queue.open();
            // When
            queue.wake(KEY);
            // Then
            await().untilAsserted(() -> assertThat(looks).hasValue(3));
            await().until(() -> queue.size() == 0);
        }
    }

    @Test
    void neverLooksTwiceAtOnceAndForgetsNoWakeUp() throws InterruptedException {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (WorkQueue queue = new WorkQueue(late -> {}, key -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            begun.countDown();
            await().until(() -> go.getCount() == 0);
            atOnce.decrementAndGet();
            looks.incrementAndGet();
            return Optional.empty();
        })) {
            queue.open();
            queue.wake(KEY);
            begun.await();
            // When
            queue.wake(KEY);
            queue.wake(KEY);
            go.countDown();
            // Then
            await().untilAsserted(() -> assertThat(looks).hasValue(2));
            await().until(() -> queue.size() == 0);
            assertThat(most).hasValue(1);
        }
    }

    @Test
    void triesAgainAfterAFailure() {
        // Given
        try (WorkQueue queue = new WorkQueue(late -> {}, key -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return Optional.empty();
        })) {
            queue.open();
            // When
            queue.wake(KEY);
            // Then
            await().untilAsserted(() -> assertThat(looks).hasValue(2));
        }
    }

    @Test
    void looksAtNothingOnceItIsClosed() {
        // Given
        WorkQueue queue = new WorkQueue(late -> {}, key -> {
            looks.incrementAndGet();
            return Optional.of(Duration.ofMillis(1));
        });
        queue.open();
        queue.wake(KEY);
        await().until(() -> looks.get() > 1);
        // When
        queue.close();
        // Then
        int seen = looks.get();
        queue.wake(KEY);
        await().during(Duration.ofMillis(100)).until(() -> looks.get() == seen);
    }

    @Test
    void looksAtSoManyAtOnceAndThenAtTheOthers() {
        // Given
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (WorkQueue queue = new WorkQueue(late -> {}, key -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            await().until(() -> go.getCount() == 0);
            atOnce.decrementAndGet();
            looks.incrementAndGet();
            return Optional.empty();
        })) {
            queue.open();
            // When
            for (int i = 0; i < 300; i++) {
                queue.wake(new RolloutKey("shop", "mcp-" + i));
            }
            await().until(() -> most.get() == 100);
            go.countDown();
            // Then
            await().untilAsserted(() -> assertThat(looks).hasValue(300));
            assertThat(most).hasValue(100);
        }
    }
}
