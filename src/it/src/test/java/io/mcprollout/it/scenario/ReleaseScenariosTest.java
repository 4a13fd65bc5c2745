package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios in which the leaders of the field fail, through the loop: what starts, goes on and ends. A tag names the scenario. */
class ReleaseScenariosTest {
    private static Cluster at(int share) {
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(share);
        return cluster;
    }

    private static PlainRoute route(Cluster cluster) {
        return (PlainRoute) cluster.route;
    }

    @Test
    void aGoodReleaseIsPromoted() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V2);
        assertThat(cluster.route.hasRules()).isFalse();
        assertThat(cluster.letGo).isTrue();
    }

    @Test
    void nothingStartsOnInstallWithEqualImages() {
        // Given
        Cluster cluster = new Cluster();
        // When
        cluster.run(Duration.ofMinutes(5));
        // Then
        assertThat(cluster.state()).isInstanceOf(Idle.class);
        assertThat(cluster.route.shares()).containsExactly(0);
        assertThat(cluster.writes).isLessThanOrEqualTo(2);
    }

    @Test
    void nothingStartsAfterAPromotion() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        int writes = cluster.writes;
        // When
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(cluster.state()).isInstanceOf(Promoted.class);
        assertThat(cluster.writes - writes).isLessThanOrEqualTo(2);
    }

    @Test
    @Tag("competitors-10")
    void aRaisedShareIsUndoneAndReported() {
        // Given
        Cluster cluster = at(10);
        route(cluster).setShare(100);
        // When
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isEqualTo(10);
        assertThat(cluster.events).anyMatch(event -> event.startsWith("Drift: Somebody raised"));
    }

    @Test
    @Tag("competitors-11")
    void aLabelOnTheRouteInMidRunChangesNothing() {
        try (IstioRoute route = new IstioRoute()) {
            // Given
            Cluster cluster = new Cluster(route).release(Cluster.V2, Version.GOOD);
            cluster.runUntilShare(25);
            // When
            route.label("owner", "platform");
            cluster.runUntil(Promoted.class);
            // Then
            assertThat(route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
            assertThat(route.whatIsTheUsers().at("/metadata/labels/owner").asText())
                    .isEqualTo("platform");
            assertThat(cluster.events).noneMatch(event -> event.startsWith("Drift"));
        }
    }

    @Test
    @Tag("competitors-12")
    void aRevisionPushedInMidRunLosesItsWeightAndItsEvidence() {
        // Given
        Cluster cluster = at(25);
        cluster.release(Cluster.V3, Version.GOOD);
        // When
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.runUntil(Preparing.class).run().revision()).isEqualTo(Cluster.V3);
        cluster.run(Duration.ofSeconds(2));
        assertThat(cluster.history().points().getFirst().judgement().streams())
                .allSatisfy(stream -> assertThat(stream.candidate().total()).isZero());
    }

    @Test
    @Tag("competitors-13")
    void aRevisionPushedAtTheLastMomentIsNotPromoted() {
        // Given
        Cluster cluster = at(100);
        cluster.release(Cluster.V3, Version.failing(1));
        // When
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V1);
        assertThat(cluster.rollout().isCondemned(Cluster.V3)).isTrue();
    }

    @Test
    @Tag("competitors-15")
    void editingTheStepsDoesNotStartAKnownBadVersion() {
        // Given
        Cluster cluster = at(25);
        cluster.commands.add(Command.of(Command.Kind.Abort, Cluster.V2.hash(), 1));
        cluster.runUntil(RolledBack.class);
        // When
        cluster.wish(new Wish.Accepted(Setups.usual()));
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(RolledBack.class);
        assertThat(cluster.rollout().attempt()).isEqualTo(1);
    }

    @Test
    @Tag("competitors-18")
    void deletionReturnsTheTrafficBeforeTheResourceGoes() {
        // Given
        Cluster cluster = at(50);
        cluster.deleting = true;
        // When
        cluster.runUntil("gone", () -> cluster.letGo);
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.route.hasRules()).isFalse();
    }

    @Test
    @Tag("competitors-19")
    void rulesAndFieldsOfUsersAreNeverTouched() {
        try (IstioRoute route = new IstioRoute()) {
            // Given
            JsonNode before = route.whatIsTheUsers();
            List<JsonNode> after = new ArrayList<>();
            Cluster cluster = new Cluster(route).release(Cluster.V2, Version.GOOD);
            route.onWrite(() -> after.add(route.whatIsTheUsers()));
            // When
            cluster.runUntil(Promoted.class);
            cluster.release(Cluster.V3, Version.failing(1));
            cluster.runUntil(RolledBack.class);
            // Then
            assertThat(after).hasSizeGreaterThan(6).containsOnly(before);
            assertThat(route.hasRules()).isFalse();
            assertThat(route.share()).isZero();
        }
    }

    @Test
    @Tag("competitors-21")
    void aControllerKilledAfterAnyWriteEndsInTheSameState() {
        // Given
        Cluster whole = new Cluster().release(Cluster.V2, Version.GOOD);
        whole.runUntil(Promoted.class);
        whole.run(Duration.ofMinutes(1));
        for (int write = 1; write <= whole.writes; write++) {
            Cluster cluster = new Cluster();
            cluster.killAfterWrite = write;
            // When
            cluster.release(Cluster.V2, Version.GOOD);
            cluster.runUntil(Promoted.class);
            cluster.run(Duration.ofMinutes(1));
            // Then
            assertThat(cluster.route.shares()).as("killed after write " + write).isEqualTo(whole.route.shares());
            assertThat(cluster.templates).isEqualTo(whole.templates);
            assertThat(cluster.route.hasRules()).isFalse();
            assertThat(cluster.rollout().attempt()).isEqualTo(1);
        }
    }
}
