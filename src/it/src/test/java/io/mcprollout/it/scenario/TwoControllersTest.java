package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two controllers, one of which stands still between saving a decision and acting on it, and wakes when the other leads. */
class TwoControllersTest {
    private final LiveCluster cluster = new LiveCluster("Replace");
    private final LiveController first = new LiveController(cluster, "controller-1");
    private final LiveController second = new LiveController(cluster, "controller-2");
    private final CountDownLatch frozen = new CountDownLatch(1);
    private final CountDownLatch thaw = new CountDownLatch(1);

    @AfterEach
    void stop() {
        thaw.countDown();
        first.close();
        second.close();
        cluster.close();
    }

    /** Stands still before the next write of the route that comes when {@code due} says so. */
    private void freezeOnce(java.util.function.BooleanSupplier due) {
        AtomicBoolean once = new AtomicBoolean();
        first.beforeAct = () -> {
            if (due.getAsBoolean() && once.compareAndSet(false, true)) {
                frozen.countDown();
                await(thaw);
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /* The first one's looks come one after the other on a thread of their own, as in its process. */
    private Thread lead(LiveController controller) {
        Thread thread = Thread.ofPlatform().start(() -> {
            while (frozen.getCount() > 0) {
                cluster.run(Duration.ofSeconds(1), controller::tick);
            }
        });
        await(frozen);
        return thread;
    }

    @Test
    @Tag("competitors-21")
    void aDeposedControllerRaisesNothing() throws InterruptedException {
        // Given
        cluster.runUntil("idle", first::tick, () -> cluster.phase().equals("Idle"));
        cluster.push("canary", "mcp:2");
        freezeOnce(() -> cluster.phase().equals("Stepping"));
        Thread asleep = lead(first);
        int before = cluster.share(Slot.B);
        cluster.lead("controller-2");
        cluster.versions.put("mcp:2", Version.failing(1));
        cluster.runUntil("RolledBack", second::tick, () -> cluster.phase().equals("RolledBack"));
        // When
        thaw.countDown();
        asleep.join();
        // Then
        assertThat(before).isZero();
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.route().at("/spec/http")).hasSize(1);
        assertThat(cluster.phase()).isEqualTo("RolledBack");
    }

    @Test
    @Tag("competitors-21")
    void aDeposedControllerMayLower() throws InterruptedException {
        // Given
        cluster.runUntil("idle", first::tick, () -> cluster.phase().equals("Idle"));
        cluster.push("canary", "mcp:2");
        cluster.runUntil("at 50", first::tick, () -> cluster.share(Slot.B) == 50);
        cluster.versions.put("mcp:2", Version.failing(1));
        freezeOnce(() -> cluster.phase().equals("RollingBack"));
        Thread asleep = lead(first);
        int before = cluster.share(Slot.B);
        cluster.lead("controller-2");
        // When
        thaw.countDown();
        asleep.join();
        // Then
        assertThat(before).isEqualTo(50);
        assertThat(cluster.share(Slot.B)).isZero();
    }
}
