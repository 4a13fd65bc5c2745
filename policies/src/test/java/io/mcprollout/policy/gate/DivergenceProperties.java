package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for the gate's state whatever happened before. */
class DivergenceProperties {
    @Property(tries = 200)
    void aStateThatIsSavedAndReadGoesOnBitForBit(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int before, @ForAll @IntRange(max = 60) int after) {
        // Given
        Scene kept = play(new SplittableRandom(seed), before, false);
        Scene saved = play(new SplittableRandom(seed), before, true);

        // When
        goOn(kept, new SplittableRandom(seed + 1), after, false);
        goOn(saved, new SplittableRandom(seed + 1), after, true);

        // Then
        assertThat(saved.divergence().encode()).isEqualTo(kept.divergence().encode());
        assertThat(saved.judge(25)).isEqualTo(kept.judge(25));
    }

    @Property(tries = 200)
    void aDamagedStateIsRefused(@ForAll long seed, @ForAll @IntRange(max = 5000) int where, @ForAll char letter) {
        // Given
        String text = play(new SplittableRandom(seed), 20, false).divergence().encode();
        int at = where % text.length();
        String damaged = text.substring(0, at) + (letter == text.charAt(at) ? '~' : letter) + text.substring(at + 1);

        // When / Then
        assertThatThrownBy(() -> Divergence.decode(damaged))
                .isInstanceOf(UnreadableState.class)
                .hasMessageStartingWith("the state");
    }

    @Property(tries = 100)
    void aStateThatIsCutOffIsRefused(@ForAll long seed, @ForAll @IntRange(max = 5000) int where) {
        // Given
        String text = play(new SplittableRandom(seed), 20, false).divergence().encode();
        String cut = text.substring(0, where % text.length());

        // When / Then
        assertThatThrownBy(() -> Divergence.decode(cut)).isInstanceOf(UnreadableState.class);
    }

    @Property(tries = 200)
    void evidenceStaysANumber(@ForAll long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);

        // When
        Judgement judgement = play(random, 100, false).judge(10);

        // Then
        assertThat(judgement.towardsRollback()).isBetween(0.0, 1.0);
        assertThat(judgement.towardsAdvance()).isBetween(0.0, 1.0);
        assertThat(judgement.streams()).allMatch(stream -> Double.isFinite(stream.logE()));
    }

    @Property(tries = 200)
    void theAnswerIsThatOfTheJudgement(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int before) {
        // Given
        Scene scene = play(new SplittableRandom(seed), before, false);
        Judgement judgement = scene.judge(25);

        // When
        Answer answer = scene.divergence().tick(scene.now()).answer(new Weight(25));

        // Then
        assertThat(answer).isEqualTo(new Answer(judgement.verdict(), judgement.burst()));
    }

    @Example
    void anUnknownVersionIsRefused() throws UnreadableState {
        // Given
        String text = play(new SplittableRandom(1), 20, false).divergence().encode();
        String newer = text.replaceFirst("-2 ", "-3 ");

        // When / Then
        assertThat(Divergence.decode(text).encode()).isEqualTo(text);
        assertThatThrownBy(() -> Divergence.decode(newer))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("not of version");
    }

    private static Scene play(SplittableRandom random, int events, boolean saving) {
        return goOn(new Scene(World.design(Presets.FAST.withRelativeMargin(.5), true)), random, events, saving);
    }

    private static List<Tally> minutes(SplittableRandom random) {
        List<Tally> minutes = new ArrayList<>();
        for (int i = random.nextInt(70); i > 0; i--) {
            minutes.add(new Tally(random.nextInt(1000), random.nextInt(5)));
        }
        return minutes;
    }

    private static Scene goOn(Scene scene, SplittableRandom random, int events, boolean saving) {
        for (int i = 0; i < events; i++) {
            switch (random.nextInt(11)) {
                case 0 -> scene.weightChanged();
                case 1 ->
                    scene.read(
                            new Reading.Past(World.MESH, scene.now(), Map.of(Slot.A, minutes(random))),
                            ProbeLog.startingAt(World.START));
                case 2 -> scene.wait(Duration.ofMillis(random.nextInt(20_000)));
                case 3, 4 ->
                    scene.mesh(
                            random.nextInt(1, 12),
                            random.nextInt(10_000_000),
                            random.nextInt(5),
                            random.nextInt(1000),
                            random.nextInt(20));
                case 5 ->
                    scene.took(
                            random.nextInt(1, 12),
                            random.nextInt(1000),
                            random.nextInt(30),
                            random.nextInt(100),
                            random.nextInt(20));
                default -> scene.pair(random.nextInt(1, 4), random.nextInt(4) == 0, random.nextInt(3) == 0);
            }
            boolean save = random.nextInt(3) == 0;
            if (saving && save) {
                scene.saved();
            }
        }
        return scene;
    }
}
