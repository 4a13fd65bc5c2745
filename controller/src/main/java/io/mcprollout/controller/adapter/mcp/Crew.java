package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Redaction;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.SecretReader;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What all probes of one rollout share.
 *
 * @param rollout whose probes they are
 * @param tools what all rollouts share
 * @param context event loop that they run on
 * @param log of the requests they send
 * @param news told of the rollout when a pair that can be consumed has a failed arm, or a session was lost
 */
record Crew(RolloutKey rollout, Tools tools, Context context, RequestLog log, Consumer<RolloutKey> news) {
    /**
     * What the prober works with.
     *
     * @param clientVersion how it names its version to servers
     * @param testsEvery time between tests of sessions
     */
    record Tools(
            Vertx vertx,
            GuardedClient http,
            EntryPoints entryPoints,
            SecretReader secrets,
            Clock clock,
            String clientVersion,
            Duration testsEvery) {}

    Vertx vertx() {
        return tools.vertx();
    }

    Clock clock() {
        return tools.clock();
    }

    List<String> problems(ProbeSpec spec) {
        return Script.problems(spec, "mcp", tools.http().rules(), tools.entryPoints()).stream()
                .map(Problem::toString)
                .toList();
    }

    Script script(ProbeSpec spec) {
        return Script.of(spec, tools.entryPoints());
    }

    Credentials credentials(ProbeSpec spec) {
        return new Credentials(tools.secrets(), rollout.namespace(), spec, context, tools.clock());
    }

    McpSession session(Visit visit, Redaction redaction, SplittableRandom random) {
        Judge judge = new Judge(visit.pin(), redaction, tools.clock());
        Wire wire = new Wire(tools.vertx(), tools.http(), visit, judge, log, random);
        return new McpSession(visit, wire, judge, tools.clock(), tools.clientVersion());
    }

    /** A pair is finished: tells of it if it is worth an early look. */
    void settled(PairQueue queue) {
        if (queue.hasNews()) {
            news.accept(rollout);
        }
    }
}
