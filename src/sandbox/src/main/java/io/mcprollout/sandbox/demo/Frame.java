package io.mcprollout.sandbox.demo;

import io.mcprollout.sandbox.agent.LoadCounts;
import io.mcprollout.sandbox.story.ApiReader;
import io.mcprollout.sandbox.story.RolloutView;
import io.mcprollout.sandbox.story.Story;
import java.util.List;

/** Everything that the screen shows at one moment. */
record Frame(
        Scenario scenario,
        double seconds,
        ApiReader.Version stable,
        ApiReader.Version canary,
        RolloutView rollout,
        int weight,
        boolean faulty,
        LoadCounts calls,
        List<Story.Said> decisions) {

    /** Copies the list. */
    Frame {
        decisions = List.copyOf(decisions);
    }
}
