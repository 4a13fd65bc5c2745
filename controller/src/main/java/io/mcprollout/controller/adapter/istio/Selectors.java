package io.mcprollout.controller.adapter.istio;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Whether each subset selects exactly the pods of its slot. */
final class Selectors {
    private Selectors() {}

    /**
     * Everything that is wrong.
     *
     * @param names subset of each slot
     * @param selectors labels of each subset
     * @param pods labels of each slot's pods, as far as its Deployment is there
     * @param field where each slot's subset is named
     */
    static List<Problem> problems(
            Map<Slot, String> names,
            Map<Slot, Map<String, String>> selectors,
            Map<Slot, Map<String, String>> pods,
            Function<Slot, String> field) {
        List<Problem> problems = new ArrayList<>();
        for (Slot slot : Slot.values()) {
            Map<String, String> selector = selectors.getOrDefault(slot, Map.of());
            Map<String, String> other = selectors.getOrDefault(slot.other(), Map.of());
            Map<String, String> own = pods.get(slot);
            Map<String, String> foreign = pods.get(slot.other());
            String subset = "subset " + names.get(slot) + " " + selector;
            if (other.entrySet().containsAll(selector.entrySet())) {
                problems.add(new Problem(
                        "SubsetsOverlap",
                        field.apply(slot),
                        subset + " also selects every pod of subset " + names.get(slot.other()) + " " + other
                                + "; give each a label value of its own"));
            } else if (foreign != null && foreign.entrySet().containsAll(selector.entrySet())) {
                problems.add(new Problem(
                        "SubsetsOverlap",
                        field.apply(slot),
                        subset + " also selects the pods of the other Deployment, labelled " + foreign
                                + "; give each Deployment's pods a label value of their own"));
            }
            if (own != null && !own.entrySet().containsAll(selector.entrySet())) {
                problems.add(new Problem(
                        "SubsetSelectsOtherPods",
                        field.apply(slot),
                        subset + " does not select the pods of its Deployment, which are labelled " + own
                                + "; make the subset's labels and the pod template's labels agree"));
            }
        }
        return problems;
    }
}
