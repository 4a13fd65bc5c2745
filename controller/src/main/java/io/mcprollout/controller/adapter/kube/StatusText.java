package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.Condemned;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.Counts;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.Observed;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.PromotionStatus;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.Seen;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.SlotStatus;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.StepWeight;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.StreamEvidence;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.VerdictStatus;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Entry;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.Desired;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.rollout.SlotMemory;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is decided and remembered, in the words and numbers of status. */
final class StatusText {
    private static final int FEWEST_CHOICES = 20;

    private final Entry entry;
    private final Optional<McpRolloutStatus> before;
    private final Map<Slot, Long> generations;
    private final Rollout rollout;

    /**
     * The status after a decision.
     *
     * @param before what status says now
     * @param generations of the slots' Deployments, as far as they are known
     */
    StatusText(Entry entry, Optional<McpRolloutStatus> before, Map<Slot, Long> generations) {
        this.entry = entry;
        this.before = before;
        this.generations = generations;
        this.rollout = entry.memory().rollout();
    }

    McpRolloutStatus build() {
        MemoryJson.Text memory = MemoryJson.write(entry.memory());
        var why = entry.decision().rationale();
        String message = entry.problems().isEmpty() || rollout.run().isPresent() ? why.message() : problems(entry);
        return new McpRolloutStatus(
                name(rollout.state()),
                message,
                revision().map(Revision::hash).orElse(null),
                rollout.attempt(),
                entry.generation(),
                new Observed(seen(Slot.A), seen(Slot.B)),
                rollout.stable().letter(),
                deployment(rollout.candidate()),
                promotion(),
                List.of(slot(Slot.A), slot(Slot.B)),
                orNull(memory.plan()),
                step(),
                weight(),
                new SessionsText(entry, before).build(),
                entry.judgement().map(StatusText::verdict).orElse(null),
                why.until().map(Object::toString).orElse(null),
                why.then().isEmpty() ? null : why.then(),
                new StatusConditions(entry, before, revision()).list(message),
                condemned(),
                rollout.consumed().stream().map(StatusText::command).toList(),
                memory.memory(),
                entry.memory().engine(),
                new History(before, entry.seen().now()).after(rollout),
                rollbackCause());
    }

    private @Nullable PromotionStatus promotion() {
        Optional<Plan> plan = rollout.run()
                .map(Run::plan)
                .or(() -> entry.seen().desired() instanceof Desired.Accepted accepted
                        ? Optional.of(accepted.plan())
                        : Optional.empty());
        return plan.map(known -> known.promotion().chosen(view(rollout.stable())))
                .map(chosen -> new PromotionStatus(chosen.mode().name(), chosen.why()))
                .orElse(null);
    }

    private static String command(Command command) {
        return command + (command.by().isEmpty() ? "" : " by " + command.by());
    }

    /** Name of a state as people see it. */
    static String name(RolloutState state) {
        return state.getClass().getSimpleName();
    }

    /** Everything that is wrong with the spec, as one text. */
    static String problems(Entry entry) {
        return entry.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    }

    private Optional<Revision> revision() {
        return switch (rollout.state()) {
            case RolloutState.RolledBack back -> Optional.of(back.revision());
            case RolloutState.Promoted promoted -> Optional.of(promoted.revision());
            default ->
                rollout.run().map(Run::revision).or(() -> view(rollout.stable()).revision());
        };
    }

    private SlotView view(Slot slot) {
        return entry.seen().slots().getOrDefault(slot, SlotView.absent(""));
    }

    /** Null while nobody knows: no spec that can be read has named it. */
    private @Nullable String deployment(Slot slot) {
        String name = view(slot).deployment();
        return name.isEmpty() ? null : name;
    }

    private @Nullable Seen seen(Slot slot) {
        Long generation = generations.get(slot);
        return view(slot)
                .revision()
                .map(revision -> new Seen(generation, revision.hash()))
                .orElse(null);
    }

    private SlotStatus slot(Slot slot) {
        SlotView view = view(slot);
        SlotMemory memory = rollout.slots().getOrDefault(slot, SlotMemory.NONE);
        return new SlotStatus(
                slot.letter(),
                deployment(slot),
                slot == rollout.stable() ? "stable" : "candidate",
                view.revision().map(Revision::hash).orElse(null),
                memory.settled().map(Revision::hash).orElse(null),
                memory.incarnation(),
                view.wanted(),
                view.ready());
    }

    private @Nullable Integer step() {
        return switch (rollout.state()) {
            case RolloutState.Preparing ignored -> 0;
            case RolloutState.Blocked ignored -> 0;
            case RolloutState.Stepping stepping -> stepping.step() + 1;
            case RolloutState.AwaitingApproval awaiting -> awaiting.step() + 1;
            case RolloutState.Live live -> live.run().plan().steps().size();
            default -> null;
        };
    }

    private StepWeight weight() {
        Integer written = null;
        for (RouteView view : entry.seen().routes()) {
            int share = switch (view) {
                case RouteView.Seen route ->
                    route.split().share(rollout.candidate()).percent();
                case RouteView.Odd odd -> odd.candidate().percent();
                default -> -1;
            };
            if (share >= 0 && (written == null || share > written)) {
                written = share;
            }
        }
        if (written == null) {
            written = before.map(McpRolloutStatus::weight)
                    .map(StepWeight::written)
                    .orElse(null);
        }
        return new StepWeight(entry.decision().traffic().split().candidate().percent(), written, observed());
    }

    /* Fewer say nothing of a share. */
    private @Nullable Integer observed() {
        Map<Slot, Integer> chosen = entry.seen().probes().chosen();
        int all = chosen.values().stream().mapToInt(Integer::intValue).sum();
        int candidate = chosen.getOrDefault(rollout.candidate(), 0);
        return all < FEWEST_CHOICES ? null : Math.round(100f * candidate / all);
    }

    private static VerdictStatus verdict(Judgement judgement) {
        return new VerdictStatus(
                judgement.verdict().getClass().getSimpleName(),
                List.of(judgement.sentence()),
                percent(judgement.towardsRollback()),
                percent(judgement.towardsAdvance()),
                judgement.droppedPairs(),
                judgement.guilty().isEmpty() ? null : judgement.guilty(),
                judgement.streams().stream().map(StatusText::stream).toList());
    }

    private static int percent(double share) {
        return (int) Math.floor(Math.clamp(share, 0, 1) * 100);
    }

    private static StreamEvidence stream(Judgement.Stream stream) {
        boolean certifies = stream.kind() != Judgement.Kind.Latency;
        boolean compares = certifies || stream.stable().total() > 0;
        return new StreamEvidence(
                stream.name(),
                stream.kind().name(),
                compares ? counts(stream.stable()) : null,
                counts(stream.candidate()),
                percent(stream.towardsRollback()),
                certifies ? percent(stream.towardsAdvance()) : null,
                stream.difference().isKnown() ? stream.difference().inPoints() : null,
                compares ? decimal(100 * stream.margin(), "0.###") + " points" : null,
                stream.kind() == Judgement.Kind.Mesh ? decimal(stream.designEffect(), "0.0") : null,
                stream.trouble().isEmpty() ? null : stream.trouble());
    }

    private static String decimal(double value, String pattern) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
    }

    private static Counts counts(Tally tally) {
        return new Counts(tally.ok(), tally.bad());
    }

    private List<Condemned> condemned() {
        List<Condemned> known = before.map(McpRolloutStatus::condemned).orElse(List.of());
        List<Condemned> all = new ArrayList<>();
        for (Revision revision : rollout.condemned()) {
            all.add(known.stream()
                    .filter(entry -> entry.revision().equals(revision.hash()))
                    .findFirst()
                    .orElseGet(() -> new Condemned(
                            revision.hash(),
                            rollout.attempt(),
                            rollbackCause(),
                            entry.seen().now().toString())));
        }
        return all;
    }

    private @Nullable String rollbackCause() {
        return switch (rollout.state()) {
            case RolloutState.RollingBack back -> back.cause() + ": " + back.reason();
            case RolloutState.RolledBack back -> back.cause() + ": " + back.reason();
            default -> null;
        };
    }

    private static @Nullable JsonNode orNull(Optional<JsonNode> node) {
        return node.orElse(null);
    }
}
