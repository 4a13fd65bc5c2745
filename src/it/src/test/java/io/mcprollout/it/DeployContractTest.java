package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What is applied to a cluster is what was meant: valid, least privileged, and in step with itself. */
class DeployContractTest {
    private static final List<Manifest> BASE = Manifest.read("deploy/kustomize/base");
    private static final List<Manifest> EVERYTHING = Manifest.read("deploy");

    private static final Set<String> OF_NO_NAMESPACE =
            Set.of("apiextensions.k8s.io/customresourcedefinitions get", "/nodes get");

    /** The controller's authority over tenants: every {@code group/resource verb} it is given, and nothing else. */
    private static final Set<String> ROLLOUTS = Set.of(
            "mcprollout.io/mcprollouts list",
            "mcprollout.io/mcprollouts patch",
            "mcprollout.io/mcprollouts watch",
            "mcprollout.io/mcprollouts/status patch",
            "mcprollout.io/mcprolloutpolicies list",
            "mcprollout.io/mcprolloutpolicies watch",
            "networking.istio.io/virtualservices create",
            "networking.istio.io/virtualservices get",
            "networking.istio.io/virtualservices list",
            "networking.istio.io/virtualservices patch",
            "networking.istio.io/virtualservices watch",
            "networking.istio.io/destinationrules get",
            "networking.istio.io/destinationrules list",
            "networking.istio.io/destinationrules watch",
            "/services list",
            "/namespaces get",
            "networking.k8s.io/ingresses list",
            "gateway.networking.k8s.io/httproutes list",
            "apps/deployments list",
            "apps/deployments patch",
            "apps/deployments watch",
            "apps/deployments/scale patch",
            "autoscaling/horizontalpodautoscalers list",
            "autoscaling/horizontalpodautoscalers watch",
            "keda.sh/scaledobjects list",
            "keda.sh/scaledobjects watch",
            "apps/replicasets list",
            "apps/replicasets watch",
            "/pods list",
            "/pods watch",
            "/configmaps create",
            "/configmaps get",
            "/configmaps patch",
            "/events create",
            "/events patch");

    private static final Set<String> OWN_NAMESPACE = Set.of(
            "coordination.k8s.io/leases create", "coordination.k8s.io/leases get", "coordination.k8s.io/leases patch");
    private static final Set<String> TENANT_NAMESPACE = Set.of("/secrets get");

    @Test
    void isAcceptedByTheApiServer() {
        // When
        List<String> problems = new ArrayList<>();
        try (Served served = new Served()) {
            EVERYTHING.forEach(manifest -> served.problem(manifest).ifPresent(problems::add));
        }

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void noticesAFieldThatDoesNotExist() {
        // Given
        Manifest typo = Manifest.parse(
                        "typo", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {slector: {a: b}}}")
                .getFirst();

        // When
        Optional<String> problem = KubernetesModel.problem(typo);

        // Then
        assertThat(problem).hasValueSatisfying(message -> assertThat(message).contains("slector"));
    }

    @Test
    void givesTheControllerWhatItCallsAndNothingElse() {
        // When
        Set<String> ofNoNamespace = Authority.granted(BASE, "ClusterRole");
        Set<String> everyNamespace = Authority.granted(Manifest.read("deploy/kustomize/cluster"), "ClusterRole");
        Set<String> oneNamespace = Authority.granted(Manifest.read("deploy/kustomize/tenant/rollouts.yaml"), "Role");
        Set<String> ownNamespace = Authority.granted(BASE, "Role");
        Set<String> tenantNamespace =
                Authority.granted(Manifest.read("deploy/kustomize/tenant/credentials.yaml"), "Role");

        // Then
        assertThat(ofNoNamespace).containsExactlyInAnyOrderElementsOf(OF_NO_NAMESPACE);
        assertThat(everyNamespace).containsExactlyInAnyOrderElementsOf(ROLLOUTS);
        assertThat(oneNamespace).containsExactlyInAnyOrderElementsOf(ROLLOUTS);
        assertThat(ownNamespace).containsExactlyInAnyOrderElementsOf(OWN_NAMESPACE);
        assertThat(tenantNamespace).containsExactlyInAnyOrderElementsOf(TENANT_NAMESPACE);
    }

    @Test
    void grantsNoWildcardAndNoSecretClusterWide() {
        // When
        Set<String> all = Authority.granted(EVERYTHING, "ClusterRole");

        // Then
        assertThat(all).noneMatch(grant -> grant.contains("*")).noneMatch(grant -> grant.startsWith("/secrets"));
    }

    @Test
    void bindsEveryRoleToTheControllersAccount() {
        // Given
        Manifest account = only("ServiceAccount");

        // When
        List<JsonNode> bindings = EVERYTHING.stream()
                .filter(manifest -> manifest.kind().endsWith("RoleBinding"))
                .map(Manifest::body)
                .toList();

        // Then
        assertThat(bindings).hasSize(6).allSatisfy(binding -> {
            JsonNode subject = binding.path("subjects").path(0);
            assertThat(subject.path("name").asText()).isEqualTo(account.name());
            assertThat(subject.path("namespace").asText())
                    .isEqualTo(account.body().at("/metadata/namespace").asText());
        });
        assertThat(pod().path("serviceAccountName").asText()).isEqualTo(account.name());
    }

    @Test
    void runsWithoutAnyPrivilege() {
        // When
        JsonNode pod = pod();
        JsonNode container = container();

        // Then
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
        assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
        assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
    }

    @Test
    void isProbedAndLeavesADeadNodeSoon() {
        // When
        JsonNode pod = pod();
        JsonNode container = container();

        // Then
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
        assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
        assertThat(pod.path("tolerations"))
                .hasSize(2)
                .allSatisfy(toleration ->
                        assertThat(toleration.path("tolerationSeconds").asInt()).isEqualTo(15));
        assertThat(only("Deployment")
                        .body()
                        .at("/spec/template/metadata/labels/sidecar.istio.io~1inject")
                        .asText())
                .isEqualTo("false");
    }

    @Test
    void selectsItsOwnPods() {
        // Given
        JsonNode labels = only("Deployment").body().at("/spec/template/metadata/labels");

        // When
        List<JsonNode> selectors = List.of(
                only("Deployment").body().at("/spec/selector/matchLabels"),
                only("Service").body().at("/spec/selector"),
                only("PodDisruptionBudget").body().at("/spec/selector/matchLabels"),
                Manifest.read("deploy/kustomize/components/network-policy/network-policy.yaml")
                        .getFirst()
                        .body()
                        .at("/spec/podSelector/matchLabels"));

        // Then
        assertThat(selectors)
                .allSatisfy(selector -> assertThat(selector.properties())
                        .isNotEmpty()
                        .allSatisfy(
                                label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue())));
    }

    @Test
    void kustomizesWhatIsThere() {
        // When
        List<Manifest> kustomizations = EVERYTHING.stream()
                .filter(manifest -> manifest.origin().endsWith("kustomization.yaml"))
                .toList();

        // Then
        assertThat(kustomizations).isNotEmpty().allSatisfy(kustomization -> {
            Path folder = Manifest.REPOSITORY.resolve(kustomization.origin()).resolveSibling("");
            assertThat(texts(kustomization.body().path("resources")))
                    .allSatisfy(resource -> assertThat(folder.resolve(resource))
                            .satisfies(path -> assertThat(
                                            Files.isDirectory(path) ? path.resolve("kustomization.yaml") : path)
                                    .exists()));
            assertThat(filesBeside(folder))
                    .isSubsetOf(texts(kustomization.body().path("resources")));
        });
    }

    @Test
    void setsTheImageItNames() {
        // Given
        JsonNode image = EVERYTHING.stream()
                .filter(manifest -> manifest.origin().equals("deploy/kustomize/base/kustomization.yaml"))
                .findFirst()
                .orElseThrow()
                .body()
                .at("/images/0");

        // When
        String used = container().path("image").asText();

        // Then
        assertThat(used).isEqualTo(image.path("name").asText());
        assertThat(image.path("newTag").asText()).isNotEmpty().isNotEqualTo("latest");
    }

    @Test
    void runsTheImageWithTheFlagsItsCacheWasTrainedWith() {
        // Given
        String flags = Manifest.content(Manifest.REPOSITORY.resolve("src/build/jvm-flags"))
                .strip()
                .replace(" ", "\", \"");

        // When
        String dockerfile = Manifest.content(Manifest.REPOSITORY.resolve("controller/src/main/docker/Dockerfile.jvm"));

        // Then
        assertThat(dockerfile).contains("ENTRYPOINT [\"java\", \"" + flags + "\", \"-XX:AOTCache=/app/app.aot\"");
    }

    private static JsonNode pod() {
        return only("Deployment").body().at("/spec/template/spec");
    }

    private static JsonNode container() {
        return pod().at("/containers/0");
    }

    private static Manifest only(String kind) {
        List<Manifest> found =
                BASE.stream().filter(manifest -> manifest.kind().equals(kind)).toList();
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<String> filesBeside(Path folder) {
        return Stream.ofNullable(folder.toFile().list())
                .flatMap(Stream::of)
                .filter(name -> name.matches(".*\\.ya?ml") && !name.equals("kustomization.yaml"))
                .sorted()
                .toList();
    }
}
