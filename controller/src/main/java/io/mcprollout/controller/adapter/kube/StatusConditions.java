package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus;
import io.mcprollout.controller.port.RolloutStore.Entry;
import io.mcprollout.policy.rollout.Desired;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a rollout stands, as conditions after the rules of kstatus. */
final class StatusConditions {
    /* Reasons for which nothing goes on until a person does something. */
    private static final Set<String> WAITS_FOR_SOMEBODY = Set.of("AdoptionAmbiguous", "Unmanaged", "Observe");

    private final Entry entry;
    private final Optional<McpRolloutStatus> before;
    private final Optional<Revision> revision;
    private final Rollout rollout;

    /**
     * The conditions after a decision.
     *
     * @param before what status says now
     * @param revision they speak of
     */
    StatusConditions(Entry entry, Optional<McpRolloutStatus> before, Optional<Revision> revision) {
        this.entry = entry;
        this.before = before;
        this.revision = revision;
        this.rollout = entry.memory().rollout();
    }

    /** All conditions, whose messages begin with the revision they speak of. */
    List<Condition> list(String message) {
        Conditions conditions = new Conditions(
                before.map(McpRolloutStatus::conditions).orElse(List.of()),
                entry.generation(),
                entry.seen().now());
        String reason = entry.decision().rationale().reason();
        String about = revision.map(hash -> "revision " + hash + ": ").orElse("") + message;
        boolean accepted = entry.problems().isEmpty();
        boolean underWay = rollout.run().isPresent();
        boolean waitsForSomebody = WAITS_FOR_SOMEBODY.contains(reason)
                || rollout.state() instanceof RolloutState.AwaitingGit
                || rollout.state() instanceof RolloutState.AwaitingApproval;
        boolean stuck =
                rollout.state() instanceof RolloutState.RolledBack || waitsForSomebody || (!accepted && !underWay);
        boolean adopted = !(rollout.state() instanceof RolloutState.Initializing);
        conditions.set(
                "Accepted",
                accepted,
                accepted ? "Accepted" : entry.problems().getFirst().reason(),
                accepted ? "the spec can be carried out" : StatusText.problems(entry));
        conditions.set("Ready", adopted && accepted && !underWay && !stuck, reason, about);
        conditions.set("Reconciling", !waitsForSomebody && (underWay || (!adopted && accepted)), reason, about);
        conditions.set(
                "Stalled",
                stuck,
                accepted || underWay ? reason : entry.problems().getFirst().reason(),
                about);
        conditions.set(
                "Promoted", rollout.state() instanceof RolloutState.Promoted, StatusText.name(rollout.state()), about);
        conditions.setIfEver(
                "Drift",
                reason.equals("Drift") || rollout.contest().isOn(entry.seen().now()),
                "Drift",
                about);
        Optional<SlotView.Scaler> shrinking =
                view(rollout.stable()).scaler().filter(scaler -> underWay && scaler.mayShrink());
        conditions.setIfEver(
                "StableMayShrink",
                shrinking.isPresent(),
                "AutoscalerScalesDown",
                shrinking.map(SlotView.Scaler::warning).orElse(""));
        uncontrolled(conditions);
        conditions.setIfEver(
                "RollbackBlocked", !entry.rollbackBlocked().isEmpty(), "RouteNotWritten", entry.rollbackBlocked());
        boolean keptForUndo = rollout.state() instanceof RolloutState.Promoted promoted
                && promoted.run().stable() != rollout.stable()
                && entry.seen().now().isBefore(promoted.keptUntil());
        conditions.setIfEver(
                "SafeToScaleDown",
                adopted
                        && !underWay
                        && !keptForUndo
                        && view(rollout.candidate()).wanted() > 0,
                "NoTraffic",
                "no session goes to " + view(rollout.candidate()).deployment());
        return conditions.list();
    }

    /* Looked for during an attempt only; what was found stays until the next. */
    private void uncontrolled(Conditions conditions) {
        Optional<Paths> found = entry.seen().paths();
        if (found.isEmpty()) {
            conditions.keep("UncontrolledPath");
            conditions.keep("EntryPointNotProbed");
            return;
        }
        Paths paths = found.get();
        List<String> all = new ArrayList<>(paths.open());
        paths.outside()
                .ifPresent(outside ->
                        all.add(outside.sentence(view(rollout.candidate()).deployment())));
        boolean allowed = entry.seen().desired() instanceof Desired.Accepted accepted && accepted.uncontrolledAllowed();
        String reason = all.isEmpty() ? "NotTaken" : allowed ? "Allowed" : "HeldBack";
        all.addAll(paths.possible());
        conditions.setIfEver("UncontrolledPath", !paths.isClear(), reason, Paths.told(all));
        conditions.setIfEver(
                "EntryPointNotProbed", !paths.unprobed().isEmpty(), "NoProbe", Paths.told(paths.unprobed()));
    }

    private SlotView view(Slot slot) {
        return entry.seen().slots().getOrDefault(slot, SlotView.absent(""));
    }
}
