package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against the server; run with {@code -Dtest=KubectlIT}. */
class KubectlIT {
    private static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: plans.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: plans, singular: plan, kind: Plan, shortNames: [pl]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                additionalPrinterColumns:
                - {name: Phase, type: string, jsonPath: .status.phase}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, properties: {mode: {type: string, description: how fast}}}
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """;
    private static final String OBJECTS = """
            apiVersion: example.org/v1
            kind: Plan
            metadata: {name: p}
            spec: {mode: Fast}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "web:1"}]}
            """;

    private final KubeApi api = KubeApi.start();

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(folder.resolve("config"), api.kubeconfig(""));
        Files.writeString(folder.resolve("objects.yaml"), OBJECTS);
        api.apply(CRD);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", folder.resolve("config").toString());
        builder.environment().put("HOME", folder.toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    "kubectl is not on the PATH: install it (https://kubernetes.io/docs/tasks/tools/)", e);
        }
    }

    /** The output of a command that must succeed. */
    private String kubectl(String... arguments) throws IOException, InterruptedException {
        var process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", arguments) + ": " + output)
                .isZero();
        return output;
    }

    @Test
    void appliesOnTheClientSide() throws Exception {
        // When
        String created = kubectl("apply", "-f", "objects.yaml");
        String unchanged = kubectl("apply", "-f", "objects.yaml");
        Files.writeString(
                folder.resolve("objects.yaml"),
                OBJECTS.replace("web:1", "web:2").replace("Fast", "Slow"));
        String changed = kubectl("apply", "-f", "objects.yaml");
        // Then
        assertThat(created).isEqualTo("plan.example.org/p created\ndeployment.apps/web created\n");
        assertThat(unchanged).isEqualTo("plan.example.org/p unchanged\ndeployment.apps/web unchanged\n");
        assertThat(changed).isEqualTo("plan.example.org/p configured\ndeployment.apps/web configured\n");
        assertThat(api.get("plans", "default", "p")
                        .orElseThrow()
                        .at("/spec/mode")
                        .asText())
                .isEqualTo("Slow");
        assertThat(api.get("deployments", "default", "web")
                        .orElseThrow()
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("web:2");
    }

    @Test
    void appliesOnTheServerSide() throws Exception {
        // Given
        kubectl("apply", "--server-side", "-f", "objects.yaml");
        kubectl("patch", "plan", "p", "--type=merge", "-p", "{\"spec\":{\"mode\":\"Slow\"}}", "--field-manager=hand");
        // When
        var conflict = start("apply", "--server-side", "-f", "objects.yaml");
        String told = new String(conflict.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = conflict.waitFor();
        String forced = kubectl("apply", "--server-side", "--force-conflicts", "-f", "objects.yaml");
        // Then
        assertThat(code).isNotZero();
        assertThat(told).contains("conflict with \"hand\" using example.org/v1: .spec.mode");
        assertThat(forced).contains("plan.example.org/p serverside-applied");
    }

    @Test
    void getsTables() throws Exception {
        // Given
        kubectl("apply", "-f", "objects.yaml");
        api.updateStatus("plans", "default", "p", plan -> {
            plan.withObject("/status").put("phase", "Done");
            return plan;
        });
        // When
        String plans = kubectl("get", "pl");
        String deployments = kubectl("get", "deploy", "web");
        String all = kubectl("get", "plans,deployments", "-A", "-o", "name");
        // Then
        assertThat(plans).matches("NAME +PHASE +AGE\np +Done +\\d+s\n");
        assertThat(deployments).matches("NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0/2 +0 +0 +\\d+s\n");
        assertThat(all).isEqualTo("plan.example.org/p\ndeployment.apps/web\n");
    }

    @Test
    void watches() throws Exception {
        // Given
        kubectl("apply", "-f", "objects.yaml");
        var watching = start("get", "pl", "-w");
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> api.openWatches(call -> call.resource().equals("plans")) == 1);
            // When
            api.updateStatus("plans", "default", "p", plan -> {
                plan.withObject("/status").put("phase", "Halfway");
                return plan;
            });
            // Then
            var reader = watching.inputReader();
            assertThat(reader.readLine()).startsWith("NAME");
            assertThat(reader.readLine()).startsWith("p ");
            assertThat(reader.readLine()).contains("Halfway");
        } finally {
            watching.destroy();
        }
    }

    @Test
    void waitsForACondition() throws Exception {
        // Given
        kubectl("apply", "-f", "objects.yaml");
        var waiting = start("wait", "plan/p", "--for=condition=Ready", "--timeout=30s");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.openWatches(call -> call.resource().equals("plans")) == 1);
        // When
        api.updateStatus("plans", "default", "p", plan -> {
            plan.withObject("/status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", "True");
            return plan;
        });
        // Then
        assertThat(waiting.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(waiting.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("plan.example.org/p condition met\n");
    }

    @Test
    void changesDescribesAndDeletes() throws Exception {
        // Given
        kubectl("apply", "-f", "objects.yaml");
        // When
        kubectl(
                "patch",
                "deploy",
                "web",
                "-p",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:3\"}]}}}}");
        kubectl(
                "patch",
                "plan",
                "p",
                "--type=json",
                "-p",
                "[{\"op\":\"test\",\"path\":\"/spec/mode\",\"value\":\"Fast\"},"
                        + "{\"op\":\"replace\",\"path\":\"/spec/mode\",\"value\":\"Slow\"}]");
        kubectl("annotate", "plan", "p", "example.org/note=hello");
        kubectl("label", "plan", "p", "team=a");
        kubectl("scale", "deploy", "web", "--replicas=5");
        kubectl("rollout", "history", "deploy", "web");
        String plan = kubectl("describe", "plan", "p");
        String deployment = kubectl("describe", "deploy", "web");
        String explained = kubectl("explain", "plan.spec.mode");
        String deleted = kubectl("delete", "-f", "objects.yaml", "--timeout=20s");
        // Then
        assertThat(plan).contains("example.org/note: hello").contains("team=a").containsPattern("Mode: +Slow");
        assertThat(deployment).containsPattern("Image: +web:3").contains("5 desired");
        assertThat(explained).contains("how fast");
        assertThat(deleted).contains("plan.example.org \"p\" deleted").contains("deployment.apps \"web\" deleted");
        assertThat(api.list("plans", "", "")).isEmpty();
    }
}
