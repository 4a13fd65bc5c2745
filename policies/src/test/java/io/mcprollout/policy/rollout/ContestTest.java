package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
    @Test
    void eachFurtherEditWaitsTwiceAsLongButNeverLongerThanFiveMinutes() {
        // Given
        Contest contest = Contest.NONE;
        List<Long> pauses = new ArrayList<>();

        // When
        for (int i = 0; i < 8; i++) {
            contest = contest.again(World.START);
            pauses.add(Duration.between(World.START, contest.until()).toSeconds());
        }

        // Then
        assertThat(pauses).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 320L);
        assertThat(contest.times()).isEqualTo(8);
    }

    @Test
    void isOverWhenThePauseIs() {
        // Given
        Contest contest = Contest.NONE.again(World.START);

        // When
        boolean during = contest.isOn(World.START.plusMillis(4999));
        boolean after = contest.isOn(World.START.plusSeconds(5));

        // Then
        assertThat(during).isTrue();
        assertThat(after).isFalse();
    }
}
