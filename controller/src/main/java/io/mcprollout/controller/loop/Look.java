package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Stored;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Everything that was seen of one rollout at one moment, and what was decided on it. */
record Look(
        Stored stored,
        Working working,
        Optional<Setup> setup,
        Traffic traffic,
        Observation seen,
        Optional<Judgement> judgement,
        List<Problem> problems,
        Decision decision) {
    Instant now() {
        return seen.now();
    }

    /** Whether carrying the decision out gives the candidate more than a route shows. */
    boolean rises() {
        return decision.act() == Act.HOLD
                && traffic.views().stream()
                        .anyMatch(view -> view instanceof RouteView.Seen route
                                && decision.traffic()
                                        .split()
                                        .candidate()
                                        .isAbove(route.split().candidate()));
    }

    boolean isGoingBack() {
        return decision.next().state() instanceof RolloutState.RollingBack;
    }

    /** Whether the resource goes when this is carried out. */
    boolean isLettingGo() {
        return decision.act() == Act.RELEASE || decision.act() == Act.DROP;
    }

    boolean isTransition() {
        return !working.rollout().isSameMoment(decision.next());
    }

    /** Whether weather began that is to be remembered. */
    boolean isRougher() {
        return decision.next().isRougherThan(working.rollout());
    }

    /** Whether every route already says what was decided. */
    boolean isHeld() {
        TrafficPlan plan = decision.traffic();
        return !traffic.views().isEmpty()
                && traffic.views().stream()
                        .allMatch(view -> view instanceof RouteView.Seen route && route.follows(plan));
    }

    boolean isOfNewSpec() {
        return stored.generation() != working.pulse().generation();
    }

    boolean isToldAnew() {
        return !told().equals(working.pulse().told());
    }

    /** What people would be told; saved anew when it changes. */
    String told() {
        var why = decision.rationale();
        String calm = decision.next().state() instanceof RolloutState.Resting ? why.message() : "";
        return why.reason() + " " + calm;
    }
}
