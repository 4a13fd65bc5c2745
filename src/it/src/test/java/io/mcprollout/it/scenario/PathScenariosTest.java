package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests reach the candidate past the managed routes, or might. */
class PathScenariosTest {
    private static final Paths INGRESS = new Paths(
            List.of("Ingress web sends to Service mcp-server, which is to both versions; take it away"),
            List.of(),
            List.of());

    private final PlainRoute route = new PlainRoute();
    private final Cluster cluster = new Cluster(route);

    @Test
    void aSecondWayHoldsBeforeTheFirstWeightAndGoesOnWhenItIsClosed() {
        // Given
        route.paths = INGRESS;
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.run(Duration.ofHours(1));
        var held = cluster.state();
        String reason = cluster.reason();
        String message = cluster.message();
        List<Integer> shares = List.copyOf(route.shares());
        // When
        route.paths = Paths.NONE;
        cluster.run(Duration.ofMinutes(1));
        // Then
        assertThat(held).isInstanceOf(Preparing.class);
        assertThat(reason).isEqualTo("UncontrolledPath");
        assertThat(message).contains("Ingress web", "take it away", "spec.traffic.allowUncontrolled: true");
        assertThat(shares).containsExactly(0);
        assertThat(cluster.state()).isInstanceOf(Stepping.class);
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    void whoAcceptsASecondWayIsNotHeld() {
        // Given
        route.paths = INGRESS;
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.run(Duration.ofMinutes(5));
        var held = cluster.state();
        // When
        cluster.wish(new Wish.Accepted(Setups.usual(), true));
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(held).isInstanceOf(Preparing.class);
        assertThat(route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
    }

    @Test
    void aServerBehindOneGatewayIsReleasedAsEver() {
        // Given
        route.paths = new Paths(List.of(), List.of("no VirtualService is bound to mesh"), List.of());
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(cluster.status.orElseThrow().seen().paths()).contains(route.paths);
    }

    @Test
    void requestsThatNoProbeSentHoldAndAreNoEvidence() {
        // Given
        cluster.traffic.pastTheRoute = 3;
        cluster.traffic.failsPastTheRoute = true;
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(Preparing.class);
        assertThat(cluster.reason()).isEqualTo("TrafficOutsideRoute");
        assertThat(cluster.message())
                .matches(
                        "istio counted 3[0-9]{2} requests to mcp-server-canary in the last 2m, although it has no weight.*");
        assertThat(route.shares()).containsExactly(0);
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    void goesOnTwoMinutesAfterTheLastOfThem() {
        // Given
        cluster.traffic.pastTheRoute = 3;
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.run(Duration.ofMinutes(10));
        cluster.traffic.pastTheRoute = 0;
        // When
        cluster.run(Duration.ofSeconds(100));
        var soon = cluster.state();
        cluster.run(Duration.ofSeconds(60));
        // Then
        assertThat(soon).isInstanceOf(Preparing.class);
        assertThat(cluster.state()).isInstanceOf(Stepping.class);
    }

    @Test
    void whatTheProbesSendIsNotTakenForIt() {
        // Given
        cluster.traffic.usersPerSecond = 0;
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.runUntilShare(10);
        // Then
        assertThat(cluster.traffic.pairsSeen()).isGreaterThan(5);
        assertThat(cluster.status.orElseThrow().seen().paths().orElseThrow().outside())
                .isEmpty();
    }

    @Test
    void anEntryPointWhoseProbesDoNotPassKeepsEverybodyOnStable() {
        // Given
        cluster.wish(new Wish.Accepted(Setups.probedBy("public", "partners")));
        cluster.traffic.closedEntryPoints = Set.of("partners");
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.run(Duration.ofHours(1));
        // Then
        assertThat(cluster.state()).isInstanceOf(Preparing.class);
        assertThat(cluster.message()).contains("partners");
        assertThat(route.shares()).containsExactly(0);
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    void goesOnWhenItsProbesPass() {
        // Given
        cluster.wish(new Wish.Accepted(Setups.probedBy("public", "partners")));
        cluster.traffic.closedEntryPoints = Set.of("partners");
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.run(Duration.ofMinutes(10));
        // When
        cluster.traffic.closedEntryPoints = Set.of();
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
    }

    @Test
    void aControllerThatIsMadeAnewSeesItAgain() {
        // Given
        cluster.traffic.pastTheRoute = 3;
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.run(Duration.ofMinutes(3));
        // When
        cluster.restartController();
        cluster.run(Duration.ofMinutes(3));
        // Then
        assertThat(cluster.reason()).isEqualTo("TrafficOutsideRoute");
        assertThat(route.shares()).containsExactly(0);
    }
}
