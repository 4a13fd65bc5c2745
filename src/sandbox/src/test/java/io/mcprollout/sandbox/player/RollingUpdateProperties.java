package io.mcprollout.sandbox.player;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.player.RollingUpdate.Sized;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RollingUpdateProperties {

    @Property
    void neverTooManyNeverTooFewAndAlwaysDone(
            @ForAll @IntRange(min = 0, max = 12) int desired,
            @ForAll @IntRange(max = 4) int surge,
            @ForAll @IntRange(max = 4) int unavailable,
            @ForAll long seed) {
        // Given
        ObjectNode strategy = Json.object().put("maxSurge", surge).put("maxUnavailable", unavailable);
        RollingUpdate update = RollingUpdate.of(desired, strategy);
        Random random = new Random(seed);
        List<Sized> sets = new ArrayList<>(List.of(new Sized("old", desired, desired), new Sized("fresh", 0, 0)));

        // When
        int rounds = 0;
        while (!sets.equals(List.of(new Sized("old", 0, 0), new Sized("fresh", desired, desired)))) {
            for (Sized next : update.next(sets.get(1), sets.subList(0, 1))) {
                sets.replaceAll(set -> set.name().equals(next.name()) ? next : set);
            }
            int total = sets.stream().mapToInt(Sized::replicas).sum();
            int available = sets.stream().mapToInt(Sized::available).sum();

            // Then
            assertThat(total).isLessThanOrEqualTo(desired + surge + (surge == 0 && unavailable == 0 ? 1 : 0));
            assertThat(available).isGreaterThanOrEqualTo(Math.min(desired, desired - update.unavailable()));
            assertThat(rounds++).isLessThan(300);
            Sized fresh = sets.get(1);
            if (fresh.available() < fresh.replicas() && random.nextInt(3) > 0) {
                sets.set(1, new Sized("fresh", fresh.replicas(), fresh.available() + 1));
            }
        }
    }

    @Property
    void aVersionThatNeverBecomesAvailableTakesNoMoreThanTheSlack(@ForAll @IntRange(min = 1, max = 12) int desired) {
        // Given
        RollingUpdate update = RollingUpdate.of(desired, Json.object());
        List<Sized> sets = new ArrayList<>(List.of(new Sized("old", desired, desired), new Sized("fresh", 0, 0)));

        // When
        for (int round = 0; round < 50; round++) {
            for (Sized next : update.next(sets.get(1), sets.subList(0, 1))) {
                sets.replaceAll(set -> set.name().equals(next.name()) ? next : set);
            }
        }

        // Then
        assertThat(sets.get(0).available()).isGreaterThanOrEqualTo(desired - (int) Math.floor(desired * 0.25));
        assertThat(sets.get(1).available()).isZero();
    }
}
