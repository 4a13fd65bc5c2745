package io.mcprollout.it.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.sandbox.mesh.Action;
import io.mcprollout.sandbox.mesh.Destination;
import io.mcprollout.sandbox.mesh.HeaderOperations;
import io.mcprollout.sandbox.mesh.Request;
import io.mcprollout.sandbox.mesh.RetryPolicy;
import io.mcprollout.sandbox.mesh.RouteTable;
import io.mcprollout.sandbox.mesh.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Requests of all kinds, and where Istio takes each of them: by the rules that are stored, and by those that their owner wrote. */
final class RoutedRequests {
    private static final String HOST = "mcp.example.com";
    private static final String GATEWAY = "istio-ingress/public";
    private static final String SESSION = "mcp-session-id";
    private static final String DELETED = "/mcp/v2";
    private static final List<String> TARGETS = List.of(
            "/mcp",
            "/mcp/admin/x",
            DELETED,
            "/mcp?debug=1",
            "/v1/mcp",
            "/t/abc/mcp",
            "/agents/x",
            "/sse",
            "/old",
            "/only/1",
            "/fresh",
            "/other");
    private static final int ASKED = 14;

    /** Nobody's, by whatever is in the way. */
    private static final List<String> STRANGE = List.of(
            "0f5e-no-tag",
            "~",
            "~5d8f",
            "5d8f",
            "5d8F~x",
            "unknown~9e1",
            "legacy-5d8f~1",
            " 5d8f~1",
            "5d8f\u0001~1",
            "");

    private final AnyVirtualService user;
    private final TrafficPlan plan;
    private final String token;
    private final RouteTable written;
    private final RouteTable original;
    private final List<String> own;
    private final Set<String> met = new HashSet<>();
    /* Managed routes to which probes, and to which sessions, came. */
    private final Set<String> probed = new HashSet<>();
    private final Set<String> managed = new HashSet<>();
    private final SplittableRandom random;

    RoutedRequests(AnyVirtualService user, ObjectNode stored, TrafficPlan plan, String token) {
        this.user = user;
        this.plan = plan;
        this.token = token;
        this.written = table(stored);
        this.original = table(user.object);
        this.own = stored.at("/spec/http")
                .valueStream()
                .map(rule -> rule.path("name").asText())
                .filter(name -> name.startsWith("mcprollout-"))
                .toList();
        this.random = new SplittableRandom(stored.toString().hashCode());
    }

    /* What the mesh of the sandbox does not do is nothing that decides where a request goes. */
    private static RouteTable table(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.at("/spec/http").forEach(rule -> ((ObjectNode) rule).remove(List.of("mirror", "corsPolicy")));
        return RouteTable.of(List.of(copy), GATEWAY, HOST);
    }

    void check() {
        for (String target : TARGETS) {
            ask(target, Map.of());
            ask(target, Map.of("x-tenant", random.nextBoolean() ? "acme" : "evil"));
        }
        for (String rule : own) {
            boolean reachable = user.routes.stream()
                    .filter(route -> user.routes.size() == 1 || rule.endsWith("-" + route))
                    .anyMatch((rule.startsWith("mcprollout-probe-") ? probed : managed)::contains);
            assertThat(!reachable || met.contains(rule))
                    .as("%s is never reached: %s", rule, plan)
                    .isTrue();
        }
    }

    private void ask(String target, Map<String, String> headers) {
        begins(target, headers);
        probes(target, headers);
        plan.sessions()
                .pins()
                .values()
                .forEach(pin -> pin.tags().forEach(tag -> {
                    goesOn(target, headers, tag + "~" + random.nextLong());
                    goesOn(target, headers, tag + "~" + any(AnyPlan.TAGS) + "~x");
                }));
        goesOn(target, headers, any(AnyPlan.TAGS) + "~" + "x".repeat(random.nextInt(40) == 0 ? 8192 : 1));
        for (int i = 0; i < ASKED / 4; i++) {
            goesOn(target, headers, any(STRANGE));
        }
        if (managed.isEmpty() || random.nextInt(ASKED) == 0) {
            STRANGE.forEach(id -> goesOn(target, headers, id));
        }
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A request without a session. */
    private void begins(String target, Map<String, String> headers) {
        Request request = request(target, headers);
        Optional<Rule> rule = same(request);
        if (rule.isPresent() && isManaged(rule.get()) && rule.get().action() instanceof Action.Forward forward) {
            long sum = weight(forward, Optional.empty());
            for (Slot slot : Slot.values()) {
                assertThat(weight(forward, Optional.of(subset(slot))) * 100)
                        .isEqualTo(plan.split().share(slot).percent() * sum);
            }
            Rule theirs = original.match(request).orElseThrow();
            assertThat(sum == 100 || forward.equals(theirs.action()))
                    .as(() -> told(request))
                    .isTrue();
        }
    }

    private static long weight(Action.Forward forward, Optional<String> subset) {
        return forward.destinations().stream()
                .filter(destination -> subset.isEmpty() || destination.subset().equals(subset))
                .mapToLong(Destination::weight)
                .sum();
    }

    /** It meets the rule that it would meet without us. */
    private Optional<Rule> same(Request request) {
        Optional<Rule> theirs = original.match(request);
        Optional<Rule> ours = written.match(request);
        assertThat(ours.map(Rule::name)).as(() -> told(request)).isEqualTo(theirs.map(Rule::name));
        if (theirs.isPresent() && !isManaged(theirs.get())) {
            assertThat(ours).as(() -> told(request)).isEqualTo(theirs);
        }
        ours.ifPresent(this::meet);
        return ours;
    }

    private void probes(String target, Map<String, String> plain) {
        Map<String, String> headers = random.nextBoolean() ? plain : with(plain, SESSION, any(STRANGE));
        Optional<Rule> theirs = original.match(request(target, headers)).filter(this::isManaged);
        theirs.map(RoutedRequests::route).ifPresent(probed::add);
        PinId unknown = new PinId(Slot.B, 12);
        same(request(target, with(plain, unknown, token)));
        for (PinId pin : plan.probeable()) {
            same(request(target, with(plain, pin, "a guess")));
            if (theirs.isPresent()) {
                probe(request(target, with(headers, pin, token)), pin);
            }
        }
    }

    private void probe(Request request, PinId pin) {
        Rule rule = written.match(request).orElseThrow();
        meet(rule);
        Action.Forward forward = forwards(request, rule, pin.slot());
        assertThat(forward.retries()).isEqualTo(RetryPolicy.NEVER);
        assertThat(answers(rule, forward))
                .containsEntry("x-mcp-variant", List.of(pin.toString()))
                .containsEntry("x-mcp-rollout-gen", List.of(plan.echo()));
        assertThat(rule.headers().request().remove())
                .contains("x-mcp-probe-variant", "x-mcp-probe-token")
                .anyMatch("x-mcp-pin"::equalsIgnoreCase);
    }

    /** A request of a session. */
    private void goesOn(String target, Map<String, String> headers, String session) {
        Request request = request(target, with(headers, SESSION, session));
        Optional<Rule> theirs = original.match(request).filter(this::isManaged);
        if (theirs.isEmpty()) {
            same(request);
            return;
        }
        managed.add(route(theirs.get()));
        Optional<Pin> pin = plan.sessions().pins().values().stream()
                .filter(one -> one.tags().stream().anyMatch(tag -> session.startsWith(tag + "~")))
                .findFirst();
        Rule rule = written.match(request).orElseThrow();
        meet(rule);
        if (pin.isPresent() && pin.get().ended()) {
            assertThat(rule.action()).as(() -> told(request)).isInstanceOf(Action.DirectResponse.class);
            Action.DirectResponse answer = (Action.DirectResponse) rule.action();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).contains("\"jsonrpc\":\"2.0\"", "-32001");
            assertThat(answers(rule.responseHeaders(Optional.empty())))
                    .containsEntry("content-type", List.of("application/json"));
        } else if (pin.isPresent()) {
            Action.Forward forward = forwards(request, rule, pin.get().slot());
            assertThat(answers(rule, forward))
                    .containsEntry(
                            "x-mcp-variant", List.of(pin.get().incarnation().toString()));
            likeTheUsers(theirs.get(), forward);
        } else if (plan.sessions().adoption().isPresent()) {
            likeTheUsers(
                    theirs.get(),
                    forwards(request, rule, plan.sessions().adoption().get()));
        } else {
            same(request);
        }
    }

    private static void likeTheUsers(Rule theirs, Action.Forward ours) {
        Action.Forward forward = (Action.Forward) theirs.action();
        assertThat(new Action.Forward(forward.destinations(), true, ours.timeout(), ours.retries(), ours.rewrite()))
                .isEqualTo(new Action.Forward(
                        forward.destinations(), true, forward.timeout(), forward.retries(), forward.rewrite()));
    }

    private Action.Forward forwards(Request request, Rule rule, Slot slot) {
        assertThat(rule.action()).as(() -> told(request)).isInstanceOfSatisfying(Action.Forward.class, forward -> {
            assertThat(forward.weighted()).isFalse();
            assertThat(forward.destinations())
                    .as(() -> told(request) + " by " + rule.name())
                    .singleElement()
                    .satisfies(destination -> assertThat(destination.subset()).contains(subset(slot)));
        });
        return (Action.Forward) rule.action();
    }

    private Map<String, List<String>> answers(Rule rule, Action.Forward forward) {
        return answers(rule.responseHeaders(Optional.of(forward.destinations().getFirst())));
    }

    /** Headers of an answer that had none. */
    private static Map<String, List<String>> answers(List<HeaderOperations> operations) {
        Map<String, List<String>> headers = new HashMap<>();
        for (HeaderOperations each : operations) {
            each.remove().forEach(name -> headers.remove(name.toLowerCase(Locale.ROOT)));
            each.set()
                    .forEach(header -> headers.put(
                            header.name().toLowerCase(Locale.ROOT), new ArrayList<>(List.of(header.value()))));
            each.add()
                    .forEach(header -> headers.computeIfAbsent(
                                    header.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                            .add(header.value()));
        }
        return headers;
    }

    private boolean isManaged(Rule rule) {
        return user.routes.contains(route(rule));
    }

    private void meet(Rule rule) {
        met.add(route(rule));
    }

    /** Its http rule's name, without the block's. */
    private static String route(Rule rule) {
        return rule.name().replaceFirst("[.].*", "");
    }

    private static String subset(Slot slot) {
        return slot == Slot.A ? "stable" : "canary";
    }

    private static Map<String, String> with(Map<String, String> headers, PinId pin, String token) {
        return with(with(headers, "x-mcp-probe-variant", pin.toString()), "x-mcp-probe-token", token);
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return more;
    }

    private static Request request(String target, Map<String, String> headers) {
        return Request.of(target.equals(DELETED) ? "DELETE" : "POST", HOST, target, headers);
    }

    private String told(Request request) {
        return request + "\n" + plan + "\n" + user.object;
    }
}
