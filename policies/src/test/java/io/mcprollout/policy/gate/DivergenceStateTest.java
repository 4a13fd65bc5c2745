package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the gate takes in, keeps, shows of it, and begins anew. */
class DivergenceStateTest {
    private static final Design FAST = World.design(Presets.FAST, true);

    @Test
    void aPairIsTakenOnceAndOnlyOfItsStreams() {
        // Given
        Divergence once = new Scene(FAST).pair(1, false, true).divergence();
        Instant due = Scene.START.plusSeconds(1);

        // When
        Divergence twice = once.with(new ProbePair(World.PROBE, 1, due, World.arm(false), World.arm(true)), true);
        Divergence foreign = once.with(new ProbePair("other", 2, due, World.arm(false), World.arm(true)), true);

        // Then
        assertThat(twice).isEqualTo(once);
        assertThat(foreign).isEqualTo(once);
    }

    @Test
    void aReadingOfAnotherSourceChangesNothing() {
        // Given
        Divergence before = new Scene(FAST).divergence();
        Reading.Unreadable foreign = new Reading.Unreadable("other", Scene.START, "no answer");

        // When
        Divergence after = before.with(foreign, ProbeLog.startingAt(Scene.START), true);

        // Then
        assertThat(after).isEqualTo(before);
    }

    @Test
    void tellsWhatEachStreamContributes() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 5, 5, 5, 5);

        // When
        scene.pairs(3, 1, false, true).pairs(2, 1, true, false).mesh(2, 80, 2, 9, 1);

        // Then
        List<Judgement.Stream> streams = scene.judge(10).streams();
        assertThat(streams)
                .extracting(Judgement.Stream::name)
                .containsExactly("outside", "gateway", "outside", "gateway");
        assertThat(streams)
                .extracting(Judgement.Stream::kind)
                .containsExactly(
                        Judgement.Kind.Probe, Judgement.Kind.Mesh, Judgement.Kind.Latency, Judgement.Kind.Latency);
        assertThat(streams)
                .extracting(Judgement.Stream::stable)
                .containsExactly(new Tally(3, 2), new Tally(80, 2), Tally.NONE, Tally.NONE);
        assertThat(streams)
                .extracting(Judgement.Stream::candidate)
                .containsExactly(new Tally(2, 3), new Tally(9, 1), Tally.NONE, Tally.NONE);
        assertThat(streams).extracting(Judgement.Stream::share).containsExactly(.45, .45, .05, .05);
        assertThat(streams.getFirst().logE()).isNotZero();
    }

    @Test
    void aChangeOfWeightsClosesBlocksAndStakesReserve() {
        // Given
        Scene scene =
                new Scene(FAST).pairs(30, 1, false, false).mesh(0, 0, 0, 0, 0).mesh(1, 8, 0, 8, 0);
        Tally before = scene.judge(10).streams().get(1).candidate();

        // When
        scene.weightChanged();

        // Then
        assertThat(before).isEqualTo(Tally.NONE);
        assertThat(scene.judge(10).streams().get(1).candidate()).isEqualTo(new Tally(8, 0));
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void anotherRevisionStartsAnewFromTheSameCounters() {
        // Given
        Scene scene =
                new Scene(FAST).mesh(0, 100, 1, 10, 1).pairs(6, 1, false, true).mesh(2, 4, 0, 1, 0);
        Design next = new Design(
                new Cohort(new Revision("1-old"), new Revision("1-newer")),
                Slot.A,
                Presets.FAST,
                FAST.streams(),
                FAST.steps(),
                1);

        // When
        Divergence anew = scene.divergence().restart(next, scene.now());
        Reading reading = scene.mesh(2, 80, 0, 9, 3).reading();
        Judgement judgement =
                anew.with(reading, ProbeLog.startingAt(Scene.START), true).judge(scene.now(), new Weight(10));

        // Then
        assertThat(anew.design()).isEqualTo(next);
        assertThat(anew.harm()).isZero();
        assertThat(judgement.streams().getFirst().candidate()).isEqualTo(Tally.NONE);
        assertThat(judgement.streams().get(1).candidate()).isEqualTo(new Tally(9, 3));
    }

    @Test
    void theLogOfProbesIsNeededFromTheLastReadingOn() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        scene.mesh(7, 1, 0, 1, 0);

        // Then
        assertThat(scene.divergence().probesNeededSince()).isEqualTo(Scene.START.plusSeconds(7));
    }

    @Test
    void aSavedStateGoesOnAsIfNothingHadHappened() {
        // Given
        Scene kept = eventful(new Scene(FAST));
        Scene saved = eventful(new Scene(FAST)).saved();

        // When
        eventful(kept);
        eventful(saved).saved();

        // Then
        assertThat(saved.divergence()).isEqualTo(kept.divergence()).hasSameHashCodeAs(kept.divergence());
        assertThat(saved.divergence()).isNotEqualTo(eventful(new Scene(FAST)).divergence());
        assertThat(saved.judge(25)).isEqualTo(kept.judge(25));
    }

    @Test
    void aStateThatGoesOnBehindItsEndIsRefused() {
        // Given
        String text = new Scene(FAST).divergence().encode();
        String longer = new StateWriter(text.substring(0, text.lastIndexOf(' ')))
                .count(5)
                .finish();

        // When / Then
        assertThatThrownBy(() -> Divergence.decode(longer))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("goes on");
    }

    @Test
    void showsItselfAsItsText() {
        // Given
        Divergence divergence = new Scene(FAST).divergence();

        // When
        String shown = divergence.toString();

        // Then
        assertThat(shown).isEqualTo(divergence.encode());
        assertThat(divergence).isNotEqualTo("something else");
    }

    private static Scene eventful(Scene scene) {
        return scene.mesh(3, 90, 1, 9, 2)
                .pair(1, false, true)
                .pair(World.PROBE, 1, Scene.failed(ProbeCode.DNS_FAIL, "no such host"), World.arm(false))
                .mesh(1, 3, 0, 9, 0)
                .weightChanged()
                .pairs(30, 1, true, true)
                .mesh(2, 9, 0, 9, 0)
                .mesh(0, 9, 0, 9, 0)
                .wait(Duration.ofMillis(4500))
                .pair(1, false, true);
    }
}
