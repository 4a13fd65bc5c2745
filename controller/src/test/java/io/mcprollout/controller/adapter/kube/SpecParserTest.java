package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.rollout.Capacity;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecParserTest {
    private static Optional<PolicyNumbers> noPolicy(String name) {
        return Optional.empty();
    }

    private final SpecParser parser = new SpecParser(Set.of("ingress"), Set.of(), probes -> List.of());

    private Wish parse(String spec) {
        return parser.parse("shop", Yaml.spec(spec), SpecParserTest::noPolicy);
    }

    private static Setup setup(Wish wish) {
        assertThat(wish).isInstanceOf(Wish.Accepted.class);
        return ((Wish.Accepted) wish).setup();
    }

    private static List<String> problems(Wish wish) {
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return ((Wish.Refused) wish).problems().stream().map(Problem::toString).toList();
    }

    @Test
    void readsTheCapacity() {
        // When
        Setup setup = setup(parse(Yaml.SPEC + "\ncapacity: {scale: Follow, headroom: 1.5}\n"));
        // Then
        assertThat(setup.plan().capacity()).isEqualTo(new Capacity(1.5, true));
    }

    @Test
    void refusesAHeadroomThatIsNone() {
        // When
        List<String> problems = problems(parse(Yaml.SPEC + "\ncapacity: {headroom: 11}\n"));
        // Then
        assertThat(problems).singleElement().asString().contains("headroom", "must be 0..10");
    }

    @Test
    void fillsInWhatIsLeftOut() {
        // When
        Setup setup = setup(parse(Yaml.SPEC));
        // Then
        assertThat(setup.plan().numbers().harmBudget()).isEqualTo(0.02);
        assertThat(setup.plan().numbers().onInconclusive()).isEqualTo(DeadlineAction.Hold);
        assertThat(setup.plan().preflight()).isEqualTo(Duration.ofSeconds(30));
        assertThat(setup.plan().hold(0)).isEqualTo(Duration.ofMinutes(2));
        assertThat(setup.plan().promotion()).isEqualTo(Promotion.Auto);
        assertThat(setup.plan().sessions()).isEqualTo(SessionPlan.USUAL);
        assertThat(setup.plan().capacity()).isEqualTo(new Capacity(1, false));
        assertThat(setup.probes().getFirst().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(setup.deployments()).containsEntry(Slot.A, "stable").containsEntry(Slot.B, "canary");
    }

    @Test
    void readsEveryField() {
        // Given
        String spec = """
                workloads: {stable: {kind: Deployment, name: s}, canary: {name: c}, ignore: [team.example.com/note]}
                traffic:
                  istio:
                    virtualServices: [{name: one, routes: [mcp]}, {name: two}]
                    destinationRule: {name: rule, stableSubset: v1, canarySubset: v2}
                    mode: Patch
                sessions: {pinning: None}
                steps: [{weight: 25, hold: 5m}, {weight: 100, hold: 10m}]
                policy: {preset: fast, harmBudget: 10%, pairInterval: 250ms, onInconclusive: Rollback}
                evidence:
                  probes:
                    - name: outside
                      mcp:
                        url: https://mcp.example.com/mcp
                        interval: 2s
                        timeout: 3s
                        tools:
                          expect: [search]
                          call:
                            - name: search
                              arguments: {query: ping}
                              expect: [{matches: 'po.g'}, {pointer: /structuredContent/n, equals: 3}]
                        auth: {secretRef: {name: token, key: t}}
                        connect: {entryPoint: gateway}
                        tls: {caSecretRef: {name: ca}}
                  mesh: [{name: mesh, source: ingress}]
                preflight: {hold: 10s}
                promotion: {mode: Git}
                mode: Active
                """;
        // When
        Setup setup = setup(parse(spec));
        // Then
        assertThat(setup.routes()).asInstanceOf(type(Routes.Istio.class)).satisfies(istio -> {
            assertThat(istio.virtualServices())
                    .containsExactly(
                            new Routes.VirtualService("one", List.of("mcp")),
                            new Routes.VirtualService("two", List.of()));
            assertThat(istio.subsets()).containsEntry(Slot.A, "v1").containsEntry(Slot.B, "v2");
            assertThat(istio.namespace()).isEqualTo("shop");
        });
        assertThat(setup.plan().numbers().harmBudget()).isEqualTo(0.1);
        assertThat(setup.plan().numbers().relativeMargin()).isEmpty();
        assertThat(setup.plan().numbers().pairInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(setup.plan().numbers().onInconclusive()).isEqualTo(DeadlineAction.Rollback);
        assertThat(setup.plan().numbers().scrapeInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(setup.plan().promotion()).isEqualTo(Promotion.Git);
        assertThat(setup.plan().sessions().keeps()).isFalse();
        assertThat(setup.plan().streams().probes().getFirst().interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(setup.mesh()).containsEntry("mesh", "ingress");
        assertThat(setup.ignoredKeys()).containsExactly("team.example.com/note");
        var probe = setup.probes().getFirst();
        assertThat(probe.token()).contains(new SecretKey("token", "t"));
        assertThat(probe.ca()).contains(new SecretKey("ca", "ca.crt"));
        assertThat(probe.entryPoint()).contains("gateway");
        assertThat(probe.calls().getFirst().arguments()).isEqualTo("{\"query\":\"ping\"}");
        assertThat(probe.calls().getFirst().assertions())
                .containsExactly(new Assertion.Matches("po.g"), new Assertion.Pointer("/structuredContent/n", "3"));
    }

    @Test
    void sessionsAreKeptAndWaitedForAsWritten() {
        // Given
        String spec = Yaml.SPEC
                + "sessions: {pinning: ServerMinted, drain: {quiet: 90s, deadline: 2h}, onRollback: Terminate}\n";
        // When
        Setup setup = setup(parse(spec));
        // Then
        assertThat(setup.plan().sessions())
                .isEqualTo(new SessionPlan(
                        SessionPlan.Pinning.SERVER_MINTED, false, Duration.ofSeconds(90), Duration.ofHours(2), true));
    }

    @Test
    void sessionsThatCannotBeKeptAsWrittenAreRefusedAllAtOnce() {
        // Given
        String spec = Yaml.SPEC + "sessions: {pinning: Gateway, drain: {quiet: 10m, deadline: 5m}}\n";
        // When
        List<String> problems = problems(parse(spec));
        // Then
        assertThat(problems)
                .containsExactly(
                        "spec.sessions.drain.deadline: must not be shorter than quiet, which is 600s, but is 300s",
                        "spec.sessions.pinning: must not be Gateway while spec.traffic.istio.mode is Patch: the gateway's"
                                + " script learns the version from a response header that only a generated route sets; use"
                                + " mode: Delegate, or ServerMinted");
    }

    @Test
    void aDurationThatIsNoneIsRefused() {
        // Given
        String spec = Yaml.SPEC + "sessions: {drain: {quiet: soon}}\n";
        // When
        List<String> problems = problems(parse(spec));
        // Then
        assertThat(problems).containsExactly("spec.sessions.drain.quiet: must be a duration such as 5m but is soon");
    }

    @Test
    void aVirtualServiceIsGenerated() {
        // Given
        String spec = Yaml.SPEC.replace("istio:", "istio:\n    mode: Delegate\n    port: 3000");
        // When
        Setup setup = setup(parse(spec + "sessions: {pinning: Gateway}\n"));
        // Then
        var routes = (Routes.Istio) setup.routes();
        assertThat(setup.plan().sessions().byGateway()).isTrue();
        assertThat(routes.delegate()).contains(new Routes.Delegate(Optional.of(3000)));
        assertThat(((Routes.Istio) setup(parse(Yaml.SPEC)).routes()).delegate()).isEmpty();
    }

    @Test
    void whatIsGeneratedHasOneNameAndNothingElse() {
        // Given
        String spec = Yaml.SPEC
                .replace("istio:", "istio:\n    mode: Delegate")
                .replace("{name: mcp-server}]", "{name: one, routes: [mcp]}, {name: two, namespace: ingress}]");
        // When
        List<String> problems = problems(parse(spec));
        // Then
        assertThat(problems).hasSize(3);
        assertThat(problems.get(0)).startsWith("spec.traffic.istio.virtualServices: must have one entry");
        assertThat(problems.get(1)).startsWith("spec.traffic.istio.virtualServices[0].routes: must be left out");
        assertThat(problems.get(2)).startsWith("spec.traffic.istio.virtualServices[1].namespace: must be left out");
    }

    @Test
    void aPortIsForWhatIsGenerated() {
        // Given
        String spec = Yaml.SPEC.replace("istio:", "istio:\n    port: 3000");
        // When
        List<String> problems = problems(parse(spec));
        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("spec.traffic.istio.port: is for mode: Delegate only");
    }

    @Test
    void aVirtualServiceOfTheOwnNamespaceIsTheSameWithAndWithoutIt() {
        // Given
        String spec = Yaml.SPEC.replace("{name: mcp-server}]", "{name: mcp-server, namespace: shop}]");
        // When
        Setup setup = setup(parse(spec));
        // Then
        assertThat(setup.routes()).isEqualTo(setup(parse(Yaml.SPEC)).routes());
    }

    @Test
    void aVirtualServiceMayBeOfAnotherNamespace() {
        // Given
        String spec = Yaml.SPEC.replace("{name: mcp-server}]", "{name: mcp-server, namespace: ingress}]");
        // When
        var routes = (Routes.Istio) setup(parse(spec)).routes();
        // Then
        assertThat(routes.virtualServices())
                .containsExactly(new Routes.VirtualService(Optional.of("ingress"), "mcp-server", List.of()));
        assertThat(routes.namespace(routes.virtualServices().getFirst())).isEqualTo("ingress");
        assertThat(routes.virtualServices().getFirst().title()).isEqualTo("ingress/mcp-server");
    }

    @Test
    void aVirtualServiceOfANamespaceThatIsNotWatchedIsRefused() {
        // Given
        var some = new SpecParser(Set.of(), Set.of("shop", "ingress"), probes -> List.of());
        String spec = Yaml.SPEC.replace(
                "{name: mcp-server}]",
                "{name: mcp-server}, {name: mcp-server, namespace: ingress}, {name: mcp-server, namespace: other}]");
        // When
        List<String> problems = problems(some.parse("shop", Yaml.spec(spec), SpecParserTest::noPolicy));
        // Then
        assertThat(problems)
                .containsExactly(
                        "spec.traffic.istio.virtualServices[2].namespace: this controller watches no VirtualServices of"
                                + " namespace other; name one of a namespace that it watches, or have its administrator"
                                + " add this one to mcprollout.route-namespaces");
    }

    @Test
    void takesTheNumbersOfANamedPolicyAndOverridesThem() {
        // Given
        var ours = Json.MAPPER.convertValue(
                Yaml.tree("{harmBudget: 7%, minimumDwell: 1s, deadline: 5m, relativeMargin: 150%}"),
                PolicyNumbers.class);
        String spec = Yaml.SPEC + "policy: {name: ours, deadline: 9m}\n";
        // When
        Setup setup = setup(
                parser.parse("shop", Yaml.spec(spec), name -> Optional.of(ours).filter(it -> name.equals("ours"))));
        // Then
        assertThat(setup.plan().numbers().harmBudget()).isEqualTo(0.07);
        assertThat(setup.plan().numbers().relativeMargin()).hasValue(1.5);
        assertThat(setup.plan().numbers().deadline()).isEqualTo(Duration.ofMinutes(9));
        assertThat(setup.plan().numbers().holdWindow()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        // Given
        String spec = """
                workloads: {stable: {name: same}, canary: {name: same}}
                traffic:
                  istio:
                    virtualServices: [{name: mcp-server}]
                    destinationRule: {name: mcp-server, stableSubset: v, canarySubset: v}
                steps: [{weight: 50}, {weight: 25, hold: soon}, {weight: 25}]
                policy: {preset: standard, harmBudget: 0%, relativeMargin: 0%, deadline: 1s}
                evidence:
                  probes:
                    - {name: one, mcp: {url: 'ftp://mcp.example.com', timeout: 0s}}
                    - {name: one, mcp: {url: 'https://a/b', tools: {call: [{name: t, expect: [{pointer: /a}]}]}}}
                  mesh: [{name: one, source: elsewhere}]
                """;
        // When
        List<String> problems = problems(parse(spec));
        // Then
        assertThat(problems)
                .contains(
                        "spec.policy.harmBudget: must be above 0% and below 100% but is 0%",
                        "spec.policy.relativeMargin: must be above 0% and below 10000% but is 0%",
                        "spec.steps[1].hold: must be a duration such as 5m but is soon",
                        "spec.steps: steps[1].weight must be above 50 but is 25; sort them and end with 100",
                        "spec.steps: the last step must have weight 100 but has 50; sort them and end with 100",
                        "spec.evidence.probes[0].mcp.url: must be http:// or https://, a host and a path, such as https://mcp.example.com/mcp",
                        "spec.evidence.probes[1].name: is used twice; names of evidence must be unique, rename one",
                        "spec.evidence.probes[1].mcp.tools.call[0].expect[0]: must have either matches, or pointer together with equals; keep one of the two",
                        "spec.evidence.mesh[0].name: is used twice; names of evidence must be unique, rename one",
                        "spec.evidence.mesh[0].source: the controller's configuration has no source elsewhere; it has ingress",
                        "spec.workloads.canary.name: must be another Deployment than stable; name the other one",
                        "spec.traffic.istio.destinationRule.canarySubset: must be another subset than stableSubset; name the canary's")
                .anyMatch(problem -> problem.startsWith("spec.evidence.probes[0].mcp.timeout: "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy: {name: gone} | spec.policy.name: there is no McpRolloutPolicy gone in this namespace; create it, or use a preset",
                "policy: {preset: fast, name: ours} | spec.policy: exactly one of preset and name must be set; keep one of them",
                "policy: {preset: fast, deadline: 10s} | spec.policy.deadline: is shorter than minimumDwell, so that every step would be inconclusive; make it longer than 30s"
            })
    void refusesAPolicyThatCannotBeMeant(String field, String message) {
        // When
        List<String> problems = problems(parse(Yaml.SPEC + field.strip() + "\n"));
        // Then
        assertThat(problems).containsExactly(message.strip());
    }

    @Test
    void refusesTwoProvidersAndNone() {
        // Given
        String both = Yaml.SPEC.replace("  istio:\n", "  gatewayApi: {httpRoute: x}\n  istio:\n");
        // When
        List<String> problems = problems(parse(both));
        // Then
        assertThat(problems)
                .containsExactly(
                        "spec.traffic: exactly one traffic provider must be set; keep one of istio and gatewayApi");
    }

    @Test
    void addsWhatTheProberObjectsTo() {
        // Given
        var strict = new SpecParser(
                Set.of(),
                Set.of(),
                probes -> List.of(new Problem("InvalidProbe", "spec.evidence.probes[0].mcp.url", "no")));
        // When
        List<String> problems = problems(strict.parse("shop", Yaml.spec(Yaml.SPEC), SpecParserTest::noPolicy));
        // Then
        assertThat(problems).containsExactly("spec.evidence.probes[0].mcp.url: no");
    }
}
