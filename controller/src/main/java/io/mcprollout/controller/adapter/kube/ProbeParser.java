package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.api.v1alpha1.Evidence.CaRef;
import io.mcprollout.controller.api.v1alpha1.Evidence.Call;
import io.mcprollout.controller.api.v1alpha1.Evidence.Connect;
import io.mcprollout.controller.api.v1alpha1.Evidence.Expect;
import io.mcprollout.controller.api.v1alpha1.Evidence.Mcp;
import io.mcprollout.controller.api.v1alpha1.Evidence.Probe;
import io.mcprollout.controller.api.v1alpha1.Evidence.SecretRef;
import io.mcprollout.controller.api.v1alpha1.Evidence.Tools;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.controller.port.SecretKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one probe; says all that is wrong with it. */
final class ProbeParser {
    private static final String TIMEOUT = "5s";
    private static final String CA_KEY = "ca.crt";

    private final Problems problems;
    private final String path;

    /** Problems name fields below {@code path}, such as {@code spec.evidence.probes[0]}. */
    ProbeParser(Problems problems, String path) {
        this.problems = problems;
        this.path = path;
    }

    /** The probe; empty when something is wrong, which is then among the problems. */
    Optional<ProbeSpec> parse(Probe probe) {
        int before = problems.size();
        Mcp mcp = probe.mcp();
        if (mcp == null) {
            problems.add("mcp", path, "is missing; set it with the server's url");
            return Optional.empty();
        }
        String at = path + ".mcp";
        Optional<URI> url = url(mcp.url(), at);
        Optional<Duration> interval = Optional.ofNullable(mcp.interval()).map(text -> duration("interval", text, at));
        Duration timeout = duration("timeout", mcp.timeout() == null ? TIMEOUT : mcp.timeout(), at);
        Tools tools = mcp.tools();
        List<String> expect = tools == null || tools.expect() == null ? List.of() : tools.expect();
        List<Call> calls = tools == null || tools.call() == null ? List.of() : tools.call();
        List<ToolCall> parsed = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            parsed.add(call(calls.get(i), at + ".tools.call[" + i + "]"));
        }
        if (problems.size() > before || url.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ProbeSpec(
                probe.name(),
                url.get(),
                interval,
                timeout,
                expect,
                parsed,
                Optional.ofNullable(mcp.auth()).map(auth -> key(auth.secretRef())),
                Optional.ofNullable(mcp.connect()).map(Connect::entryPoint),
                Optional.ofNullable(mcp.tls()).map(tls -> key(tls.caSecretRef()))));
    }

    private Optional<URI> url(String text, String at) {
        try {
            URI url = new URI(text);
            String scheme = url.getScheme();
            if (url.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            problems.add("url", at, "is no URL (" + e.getReason() + "); write it like https://mcp.example.com/mcp");
            return Optional.empty();
        }
        problems.add("url", at, "must be http:// or https://, a host and a path, such as https://mcp.example.com/mcp");
        return Optional.empty();
    }

    private ToolCall call(Call call, String at) {
        JsonNode arguments = call.arguments();
        if (arguments != null && !arguments.isNull() && !arguments.isObject()) {
            problems.add("arguments", at, "must be a JSON object such as {query: ping}");
        }
        List<Assertion> assertions = new ArrayList<>();
        List<Expect> expects = call.expect() == null ? List.of() : call.expect();
        for (int i = 0; i < expects.size(); i++) {
            assertion(expects.get(i), at + ".expect[" + i + "]").ifPresent(assertions::add);
        }
        String text = arguments == null || arguments.isNull() ? "{}" : arguments.toString();
        return new ToolCall(call.name(), text, assertions);
    }

    private Optional<Assertion> assertion(Expect expect, String at) {
        String matches = expect.matches();
        String pointer = expect.pointer();
        JsonNode value = expect.equals();
        if (matches != null && pointer == null && value == null) {
            return Optional.of(new Assertion.Matches(matches));
        }
        if (matches == null && pointer != null && value != null) {
            return Optional.of(new Assertion.Pointer(pointer, value.toString()));
        }
        problems.add(new io.mcprollout.controller.port.Problem(
                Problems.INVALID,
                at,
                "must have either matches, or pointer together with equals; keep one of the two"));
        return Optional.empty();
    }

    private Duration duration(String field, String text, String at) {
        Optional<Duration> parsed = DurationText.parse(text);
        if (parsed.isEmpty() || parsed.get().isZero()) {
            problems.add(field, at, "must be a duration longer than nothing, such as 5s, but is " + text);
        }
        return parsed.orElse(Duration.ofSeconds(1));
    }

    private static SecretKey key(SecretRef ref) {
        return new SecretKey(ref.name(), ref.key());
    }

    private static SecretKey key(CaRef ref) {
        @Nullable String key = ref.key();
        return new SecretKey(ref.name(), key == null ? CA_KEY : key);
    }
}
