package io.mcprollout.sandbox.demo;

import io.mcprollout.sandbox.player.Player;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import io.mcprollout.sandbox.story.Plot;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A story: what goes wrong, when, for how long, and how the rollout must end. */
enum Scenario implements Plot {
    GOOD("a good release", "Promoted", 0, Duration.ZERO) {
        @Override
        void strike(Player player) {}
    },
    BAD(
            "from 10 % on the new version answers isError to 20 % of the calls of one tool",
            "RolledBack", 10, Duration.ZERO) {
        @Override
        void strike(Player player) {
            player.faults(NAMESPACE, CANARY, Faults.of(new Fault.ToolError("search", 0.2)));
        }
    },
    OUTAGE("at 25 % a dependency of both versions fails for 6 s", "Promoted", 25, Duration.ofSeconds(6)) {
        @Override
        void strike(Player player) {
            Faults broken = Faults.of(new Fault.ToolError("search", 1));
            player.faults(NAMESPACE, STABLE, broken);
            player.faults(NAMESPACE, CANARY, broken);
        }
    },
    CRASH("at 25 % the new version runs out of memory and keeps dying", "RolledBack", 25, Duration.ZERO) {
        @Override
        void strike(Player player) {
            player.faults(NAMESPACE, CANARY, Faults.of(new Fault.Exit(0, 137, "OOMKilled")));
        }
    };

    static final String NAMESPACE = "demo";
    static final String ROLLOUT = "mcp-server";
    static final String STABLE = "mcp-server-stable";
    static final String CANARY = "mcp-server-canary";

    private final String title;
    private final String expected;
    private final int strikesAt;
    private final Duration lasts;

    Scenario(String title, String expected, int strikesAt, Duration lasts) {
        this.title = title;
        this.expected = expected;
        this.strikesAt = strikesAt;
        this.lasts = lasts;
    }

    /** Makes the fault. */
    abstract void strike(Player player);

    /** Takes the fault away again. */
    void mend(Player player) {
        player.faults(NAMESPACE, STABLE, Faults.none());
        player.faults(NAMESPACE, CANARY, Faults.none());
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String expected() {
        return expected;
    }

    /** The weight in percent at which the fault begins, 0 for none. */
    int strikesAt() {
        return strikesAt;
    }

    /** How long the fault lasts, zero for ever. */
    Duration lasts() {
        return lasts;
    }

    @Override
    public boolean isCanarysFault() {
        return this == BAD || this == CRASH;
    }

    @Override
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scenarios that a word of the command line names; throws {@link IllegalArgumentException} with the words there are. */
    static List<Scenario> named(String word) {
        if (word.equals("all")) {
            return List.of(values());
        }
        return Arrays.stream(values())
                .filter(scenario -> scenario.id().equals(word))
                .findFirst()
                .map(List::of)
                .orElseThrow(() -> new IllegalArgumentException(
                        "SCENARIO=" + word + " is unknown; use good, bad, outage, crash or all"));
    }
}
