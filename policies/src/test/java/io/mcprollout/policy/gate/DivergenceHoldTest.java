package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the gate cannot answer, and what it says then. */
class DivergenceHoldTest {
    private static final Design FAST = World.design(Presets.FAST, true);
    private static final Design STANDARD = World.design(Presets.STANDARD, true);

    @Test
    void anOutageOfBothNeverDecides() {
        // Given
        Scene scene = new Scene(STANDARD).mesh(0, 0, 0, 0, 0);
        List<Verdict> verdicts = new ArrayList<>();

        // When
        for (int i = 0; i < 120; i++) {
            scene.pair(5, true, true).mesh(0, 0, 90, 0, 10);
            verdicts.add(scene.judge(10).verdict());
        }

        // Then
        assertThat(verdicts).noneMatch(each -> each instanceof Verdict.Fail || each instanceof Verdict.Pass);
        assertThat(scene.judge(10).sentence())
                .isEqualTo("stable is unhealthy: 100 % of what outside lately saw of it failed");
    }

    @Test
    void stableThatFailsInTheMeshHolds() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 0, 0, 0, 0);

        // When
        scene.pairs(30, 1, false, false).mesh(2, 3, 97, 10, 0);

        // Then
        assertThat(scene.judge(10).verdict())
                .isEqualTo(
                        new Verdict.Unavailable("stable is unhealthy: 97 % of what gateway lately saw of it failed"));
    }

    @Test
    void pairsThatCouldNotBeCarriedOutHold() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false);

        // When
        for (int i = 0; i < 60; i++) {
            scene.pair(World.PROBE, 1, Scene.failed(ProbeCode.DNS_FAIL, "mcp.example.com"), World.arm(true));
        }

        // Then
        Judgement judgement = scene.judge(10);
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Unavailable.class);
        assertThat(judgement.sentence())
                .matches("\\d+ % of the latest pairs of outside could not be carried out: DNS_FAIL mcp.example.com");
        assertThat(judgement.droppedPairs()).isEqualTo(60);
        assertThat(judgement.streams().getFirst().candidate()).isEqualTo(new Tally(30, 0));
        assertThat(judgement.streams().getFirst().trouble()).isEqualTo("DNS_FAIL mcp.example.com");
    }

    @Test
    void silenceHoldsAndIsMeasuredByWhatWasWatched() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false);

        // When
        scene.wait(Duration.ofSeconds(3));
        Verdict after3 = scene.judge(10).verdict();
        scene.wait(Duration.ofSeconds(1));
        Judgement after4 = scene.judge(10);
        scene.wait(Duration.ofHours(1));
        Judgement afterAnHour = scene.judge(10);

        // Then
        assertThat(after3).isInstanceOf(Verdict.Pass.class);
        assertThat(after4.verdict()).isEqualTo(new Verdict.Unavailable("no evidence for 4 s"));
        assertThat(after4.silence()).isEqualTo(Duration.ofSeconds(4));
        assertThat(afterAnHour.silence()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void judgingLaterCountsTheTimeWithoutATick() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false);

        // When
        Judgement judgement = scene.divergence().judge(scene.now().plusSeconds(5), new Weight(10));

        // Then
        assertThat(judgement.silence()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void timeThatGoesBackCountsNothing() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false).wait(Duration.ofSeconds(2));

        // When
        Divergence back = scene.divergence().tick(scene.now().minusSeconds(100)).tick(scene.now());

        // Then
        assertThat(back).isEqualTo(scene.divergence());
    }

    @Test
    void saysWhyASourceGaveNothing() {
        // Given
        Scene scene = new Scene(FAST);
        Reading.Unreadable unreadable = new Reading.Unreadable(World.MESH, Scene.START, "no answer within 2 s");

        // When
        Judgement judgement = scene.divergence()
                .with(unreadable, ProbeLog.startingAt(Scene.START), true)
                .judge(scene.now(), new Weight(10));

        // Then
        assertThat(judgement.streams().get(1).trouble()).isEqualTo("no answer within 2 s");
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    void candidatesOutcomeIsJudgedAlone() {
        // Given
        Outcome fault = Outcome.of(ProbeCode.DNS_FAIL, "");

        // When
        Scene scene = new Scene(FAST).pair(World.PROBE, 1, World.arm(true), Scene.failed(ProbeCode.DNS_FAIL, ""));

        // Then
        assertThat(fault).isInstanceOf(Outcome.ProberFault.class);
        assertThat(scene.judge(10).droppedPairs()).isEqualTo(1);
        assertThat(scene.judge(10).streams().getFirst().stable()).isEqualTo(Tally.NONE);
    }
}
