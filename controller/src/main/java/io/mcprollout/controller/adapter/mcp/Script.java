package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.mcprollout.controller.egress.BoundedJson;
import io.mcprollout.controller.egress.BoundedJson.Malformed;
import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.EntryPoints.HostPort;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.controller.port.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A probe made ready to run: everything parsed that a user wrote as text.
 *
 * @param spec what it was made from
 * @param dial where to connect to instead of the URL's host
 * @param tools that must be listed: the expected and the called ones
 * @param calls in order
 */
record Script(ProbeSpec spec, Optional<HostPort> dial, Set<String> tools, List<Call> calls) {
    private static final String REASON = "ProbeInvalid";

    /** A tool call with its arguments and what its answer must look like. */
    record Call(String tool, ObjectNode arguments, List<Check> checks) {}

    /** A parsed assertion. */
    sealed interface Check {
        /** The text must contain a match. */
        record Matches(Pattern pattern) implements Check {}

        /** The value there must equal this. */
        record Equal(JsonPointer pointer, JsonNode value) implements Check {}
    }

    /** What is wrong with a probe, all of it; {@code field} is the path of the probe's {@code mcp} in the spec. */
    static List<Problem> problems(ProbeSpec spec, String field, EgressRules rules, EntryPoints entryPoints) {
        List<Problem> problems = new ArrayList<>();
        rules.refuses(spec.url())
                .ifPresent(why -> problems.add(
                        new Problem(REASON, field + ".url", spec.url().getScheme() + " URL " + why)));
        spec.entryPoint()
                .filter(name -> entryPoints.find(name).isEmpty())
                .ifPresent(name -> problems.add(new Problem(
                        REASON,
                        field + ".connect.entryPoint",
                        "no entry point is named " + name + "; the controller's configuration has "
                                + (entryPoints.byName().isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ",
                                                entryPoints.byName().keySet().stream()
                                                        .sorted()
                                                        .toList())))));
        if (spec.timeout().isNegative() || spec.timeout().isZero()) {
            problems.add(new Problem(REASON, field + ".timeout", "must be longer than 0s"));
        }
        for (int i = 0; i < spec.calls().size(); i++) {
            problems(spec.calls().get(i), field + ".tools.call[" + i + "]", problems);
        }
        return problems;
    }

    private static void problems(ToolCall call, String field, List<Problem> problems) {
        try {
            if (!json(call.arguments()).isObject()) {
                problems.add(new Problem(REASON, field + ".arguments", "must be a JSON object"));
            }
        } catch (Malformed e) {
            problems.add(new Problem(REASON, field + ".arguments", "must be a JSON object but " + e.getMessage()));
        }
        for (int i = 0; i < call.assertions().size(); i++) {
            String expectation = field + ".expect[" + i + "]";
            try {
                check(call.assertions().get(i));
            } catch (PatternSyntaxException e) {
                String what = "is no regular expression that RE2 knows: " + e.getDescription();
                problems.add(new Problem(REASON, expectation + ".matches", what));
            } catch (Malformed e) {
                problems.add(
                        new Problem(REASON, expectation + ".equals", "must be a JSON value but " + e.getMessage()));
            } catch (IllegalArgumentException e) {
                String what = "must be a JSON pointer like /content/0/text, beginning with a slash";
                problems.add(new Problem(REASON, expectation + ".pointer", what));
            }
        }
    }

    /** Makes a probe without problems ready; throws {@link IllegalArgumentException} for one that has some. */
    static Script of(ProbeSpec spec, EntryPoints entryPoints) {
        Set<String> tools = new LinkedHashSet<>(spec.expectTools());
        List<Call> calls = new ArrayList<>();
        try {
            for (ToolCall call : spec.calls()) {
                tools.add(call.tool());
                List<Check> checks = new ArrayList<>();
                for (Assertion assertion : call.assertions()) {
                    checks.add(check(assertion));
                }
                calls.add(new Call(call.tool(), (ObjectNode) json(call.arguments()), checks));
            }
        } catch (Malformed e) {
            throw new IllegalArgumentException(e);
        }
        return new Script(spec, spec.entryPoint().flatMap(entryPoints::find), tools, calls);
    }

    private static Check check(Assertion assertion) throws Malformed {
        return switch (assertion) {
            case Assertion.Matches matches -> new Check.Matches(Pattern.compile(matches.regex()));
            case Assertion.Pointer pointer ->
                new Check.Equal(JsonPointer.compile(pointer.pointer()), json(pointer.expected()));
        };
    }

    private static JsonNode json(String text) throws Malformed {
        return BoundedJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
