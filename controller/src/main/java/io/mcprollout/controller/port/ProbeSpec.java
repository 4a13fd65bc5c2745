package io.mcprollout.controller.port;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One MCP probe as the user asked for it.
 *
 * @param name unique in the rollout; name of its evidence stream
 * @param url the server's public MCP endpoint, http or https; gives Host and SNI
 * @param interval between pairs; empty: the policy's {@code pairInterval}
 * @param timeout one deadline over connect, headers and bodies of a whole session
 * @param expectTools tools that {@code tools/list} must contain
 * @param calls safe tool calls, made in order; no other tool is ever called
 * @param token bearer token; empty: no Authorization header
 * @param entryPoint name of an entry point the administrator configured, dialled instead of the URL's host; empty: the URL's own
 * @param ca PEM bundle that the server's certificate must chain to; empty: the system's
 */
public record ProbeSpec(
        String name,
        URI url,
        Optional<Duration> interval,
        Duration timeout,
        List<String> expectTools,
        List<ToolCall> calls,
        Optional<SecretKey> token,
        Optional<String> entryPoint,
        Optional<SecretKey> ca) {
    public ProbeSpec {
        expectTools = List.copyOf(expectTools);
        calls = List.copyOf(calls);
    }

    /**
     * One safe tool call and what its answer must look like.
     *
     * @param tool name of the tool
     * @param arguments JSON object, as text
     * @param assertions all must hold; none: any answer without an error will do
     */
    public record ToolCall(String tool, String arguments, List<Assertion> assertions) {
        public ToolCall {
            assertions = List.copyOf(assertions);
        }
    }

    /** What must be true of the answer of a tool call. */
    public sealed interface Assertion {
        /** The text content, all parts joined by newlines, contains a match of the regular expression (RE2 syntax subset, no back-references). */
        record Matches(String regex) implements Assertion {}

        /** The value at a JSON pointer into the result equals this JSON value, given as text. */
        record Pointer(String pointer, String expected) implements Assertion {}
    }
}
