package io.mcprollout.sandbox.agent;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The load to make: so many agents take turns; each opens a session, makes {@code callsPerSession} calls from {@code calls} in order, closes it
 * and opens the next. {@code authority} is the Host header, {@code headers} go with every request, {@code blamesCanary} says whether a failed
 * call is the canary's fault.
 */
public record LoadSpec(
        URI endpoint,
        String authority,
        Map<String, String> headers,
        int agents,
        int callsPerSession,
        Schedule schedule,
        List<ToolCall> calls,
        Duration timeout,
        Predicate<CallResult> blamesCanary) {

    /** Refuses a load without agents or calls. */
    public LoadSpec {
        headers = Map.copyOf(headers);
        calls = List.copyOf(calls);
        if (agents < 1) {
            throw new IllegalArgumentException("agents: " + agents + "; at least one is needed");
        }
        if (callsPerSession < 1) {
            throw new IllegalArgumentException("callsPerSession: " + callsPerSession + "; at least one is needed");
        }
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("calls: empty; name at least one tool call");
        }
    }

    /** Ten agents, ten calls a session, 5 s deadline, no failure blamed on the canary. */
    public static LoadSpec of(URI endpoint, double callsPerSecond, List<ToolCall> calls) {
        return new LoadSpec(
                endpoint,
                endpoint.getAuthority(),
                Map.of(),
                10,
                10,
                Schedule.constant(callsPerSecond),
                calls,
                Duration.ofSeconds(5),
                result -> false);
    }

    /** The same load with this Host header. */
    public LoadSpec withAuthority(String authority) {
        return new LoadSpec(
                endpoint, authority, headers, agents, callsPerSession, schedule, calls, timeout, blamesCanary);
    }

    /** The same load by so many agents with sessions of so many calls. */
    public LoadSpec withSessions(int agents, int callsPerSession) {
        return new LoadSpec(
                endpoint, authority, headers, agents, callsPerSession, schedule, calls, timeout, blamesCanary);
    }

    /** The same load with this schedule. */
    public LoadSpec withSchedule(Schedule schedule) {
        return new LoadSpec(
                endpoint, authority, headers, agents, callsPerSession, schedule, calls, timeout, blamesCanary);
    }

    /** The same load with this deadline over headers and body of every request. */
    public LoadSpec withTimeout(Duration timeout) {
        return new LoadSpec(
                endpoint, authority, headers, agents, callsPerSession, schedule, calls, timeout, blamesCanary);
    }

    /** The same load with this judgement of who is to blame for a failed call. */
    public LoadSpec blaming(Predicate<CallResult> blamesCanary) {
        return new LoadSpec(
                endpoint, authority, headers, agents, callsPerSession, schedule, calls, timeout, blamesCanary);
    }
}
