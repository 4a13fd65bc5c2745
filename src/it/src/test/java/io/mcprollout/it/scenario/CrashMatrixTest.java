package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.kube.http.Fault;
import io.mcprollout.sandbox.kube.http.Faults;
import io.mcprollout.sandbox.kube.model.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The controller dies at every single call it makes to the API server, before it, after it, or its answer is lost: whoever comes after
 * it ends in the same state, nothing is lost, and nothing happens twice.
 *
 * <p>That is every call with {@code -Dmcprollout.full=true} ({@code make test FULL=1}), and else every seventh, another one for each accident.
 */
class CrashMatrixTest {
    private static final System.Logger LOG = System.getLogger(CrashMatrixTest.class.getName());
    private static final Duration AFTERWARDS = Duration.ofMinutes(2);
    private static final int AT_ONCE = 2;
    private static final boolean FULL = Boolean.getBoolean("mcprollout.full");
    private static final int EVERY = FULL ? 1 : 7;

    /** What goes wrong at a call. */
    enum Accident {
        BEFORE,
        AFTER,
        ANSWER_LOST
    }

    /** What a release comes to. */
    enum Kind {
        GOOD("Git", "Promoted"),
        ROLLBACK("Replace", "RolledBack"),
        PROMOTION("Replace", "Promoted");

        private final String promotion;
        private final String end;

        Kind(String promotion, String end) {
            this.promotion = promotion;
            this.end = end;
        }
    }

    /** Everything that must be the same, whatever happened on the way. */
    private record End(
            String phase,
            String stableSlot,
            List<String> condemned,
            String attempt,
            JsonNode route,
            List<String> images,
            List<Integer> replicas,
            List<Long> templates,
            List<Integer> shares,
            int finalizers) {}

    @ParameterizedTest
    @EnumSource
    @Tag("competitors-21")
    void anAccidentAtAnyCallChangesNothing(Kind kind) {
        // Given
        long calls;
        End expected;
        try (Trial whole = new Trial(kind)) {
            expected = whole.run(0, Accident.AFTER);
            calls = whole.calls();
        }
        // When
        List<Outcome> outcomes = outcomes(kind, calls);
        // Then
        LOG.log(System.Logger.Level.INFO, "{0}: {1} calls, {2} accidents", kind, calls, outcomes.size());
        assertThat(outcomes)
                .hasSizeGreaterThan((int) calls * Accident.values().length / (EVERY + 1))
                .allSatisfy(outcome -> assertThat(outcome.end())
                        .as(() -> kind + ": " + outcome.what())
                        .isEqualTo(expected.toString()));
    }

    /** What an accident led to. */
    private record Outcome(String what, String end) {}

    private static List<Outcome> outcomes(Kind kind, long calls) {
        List<Future<Outcome>> running = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            long first = 1;
            for (Accident accident : Accident.values()) {
                for (long call = first; call <= calls; call += EVERY) {
                    long at = call;
                    running.add(workers.submit(() -> outcome(kind, accident, at)));
                }
                first = 1 + first % EVERY;
            }
        }
        return running.stream().map(Future::resultNow).toList();
    }

    private static Outcome outcome(Kind kind, Accident accident, long call) {
        String what = accident + " call " + call;
        try (Trial trial = new Trial(kind)) {
            String end = trial.run(call, accident).toString();
            return new Outcome(what + ", " + trial.struck(), end);
        } catch (AssertionError | RuntimeException never) {
            return new Outcome(what, never.toString());
        }
    }

    /** One release with at most one accident. */
    private static final class Trial implements AutoCloseable {
        private final Kind kind;
        private final LiveCluster cluster;
        private LiveController controller;
        private volatile String struck = "";

        Trial(Kind kind) {
            this.kind = kind;
            this.cluster = new LiveCluster(kind.promotion);
            this.controller = new LiveController(cluster, "controller-1");
        }

        /** Calls of the first controller that are not the beginning of a watch. */
        private static boolean counts(Call call) {
            return call.userAgent().equals("controller-1")
                    && call.isResource()
                    && !call.verb().equals("watch")
                    && !call.verb().equals("list");
        }

        long calls() {
            return cluster.api.log().entries().stream()
                    .filter(entry -> counts(entry.call()))
                    .count();
        }

        String struck() {
            return struck;
        }

        End run(long call, Accident accident) {
            Faults.Planted fault = plant(call, accident);
            cluster.runUntil(
                    "idle", () -> tick(fault, accident), () -> cluster.phase().equals("Idle"));
            cluster.push("canary", "mcp:2");
            cluster.runUntil(
                    kind.end,
                    () -> {
                        tick(fault, accident);
                        meanwhile();
                    },
                    () -> cluster.phase().equals(kind.end));
            cluster.run(AFTERWARDS, () -> tick(fault, accident));
            return end();
        }

        /* A bad version shows at its first weight; what is promoted by Git somebody commits. */
        private void meanwhile() {
            if (kind == Kind.ROLLBACK && cluster.share(Slot.B) == 50) {
                cluster.versions.put("mcp:2", Version.failing(1));
            }
            if (cluster.phase().equals("AwaitingGit") && cluster.image(Slot.A).equals("mcp:1")) {
                cluster.push("stable", "mcp:2");
            }
        }

        private Faults.Planted plant(long call, Accident accident) {
            Predicate<Call> counted = Trial::counts;
            Fault lost = new Fault.LoseAnswer();
            Fault dropped = new Fault.Drop();
            long[] seen = {0};
            return switch (accident) {
                case ANSWER_LOST ->
                    cluster.api
                            .faults()
                            .nth(Math.max(call, 1), call == 0 ? none -> false : noting(counted, call), lost);
                case BEFORE -> cluster.api.faults().always(dead(counted, call, seen), dropped);
                case AFTER ->
                    cluster.api.faults().always(dead(counted, call == 0 ? Long.MAX_VALUE : call + 1, seen), dropped);
            };
        }

        /* A dead process calls nothing: from the call on, whatever carries its name is dropped, watches too. */
        private Predicate<Call> dead(Predicate<Call> counted, long from, long[] seen) {
            return call -> {
                synchronized (seen) {
                    seen[0] += counted.test(call) ? 1 : 0;
                    if (counted.test(call) && seen[0] == from) {
                        struck = call.verb() + " " + call.resource() + " " + call.subresource();
                    }
                    return call.userAgent().equals("controller-1") && seen[0] >= from;
                }
            };
        }

        private Predicate<Call> noting(Predicate<Call> counted, long at) {
            long[] seen = {0};
            return call -> {
                synchronized (seen) {
                    if (counted.test(call) && ++seen[0] == at) {
                        struck = call.verb() + " " + call.resource() + " " + call.subresource();
                    }
                    return counted.test(call);
                }
            };
        }

        private void tick(Faults.Planted fault, Accident accident) {
            controller.tick();
            if (accident != Accident.ANSWER_LOST && fault.matches() > 0 && controller.name.equals("controller-1")) {
                bury();
                cluster.lead("controller-2");
                controller = new LiveController(cluster, "controller-2");
            }
        }

        /* What the dead one still wanted to say when its client was taken away is of no interest. */
        private void bury() {
            try {
                controller.close();
            } catch (IllegalStateException clientIsClosed) {
                LOG.log(System.Logger.Level.DEBUG, "buried", clientIsClosed);
            }
        }

        private End end() {
            ObjectNode route = cluster.route();
            ((ObjectNode) route.path("metadata"))
                    .remove(List.of("uid", "creationTimestamp", "resourceVersion", "generation", "managedFields"));
            ObjectNode rollout = cluster.rollout();
            return new End(
                    cluster.phase(),
                    cluster.status("/stableSlot"),
                    rollout.at("/status/condemned").findValuesAsText("revision"),
                    cluster.status("/attempt"),
                    route,
                    List.of(cluster.image(Slot.A), cluster.image(Slot.B)),
                    List.of(replicas(Slot.A), replicas(Slot.B)),
                    List.of(generation(Slot.A), generation(Slot.B)),
                    List.copyOf(cluster.shares),
                    rollout.at("/metadata/finalizers").size());
        }

        private int replicas(Slot slot) {
            return cluster.deploymentOf(slot).at("/spec/replicas").asInt();
        }

        /* Counts every change of the spec: a template that was copied twice, or replicas that went up and down again, would show. */
        private long generation(Slot slot) {
            return cluster.deploymentOf(slot).at("/metadata/generation").asLong();
        }

        @Override
        public void close() {
            controller.close();
            cluster.close();
        }
    }
}
