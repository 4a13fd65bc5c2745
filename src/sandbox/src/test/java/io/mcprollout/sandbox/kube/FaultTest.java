package io.mcprollout.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.sandbox.kube.http.Fault;
import io.mcprollout.sandbox.kube.http.Faults;
import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.kube.model.ApiException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Planted faults, authorization, and the log of calls. */
class FaultTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String ACCOUNT = "system:serviceaccount:default:robot";

    private final KubeApi api = KubeApi.start();
    private final Http http = new Http(api.url());

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theNthCallIsAnsweredWithAnError() throws Exception {
        // Given
        api.faults().nth(2, Faults.on("create", "configmaps", ""), Fault.answer(500, "InternalError", "boom"));
        // When
        var first = http.post(MAPS, "{metadata: {name: a}}");
        var second = http.post(MAPS, "{metadata: {name: b}}");
        var third = http.post(MAPS, "{metadata: {name: c}}");
        // Then
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(500);
        assertThat(second.message()).isEqualTo("boom");
        assertThat(third.status()).isEqualTo(201);
        assertThat(api.get("configmaps", "default", "b")).isEmpty();
    }

    @Test
    void tooManyRequestsTellWhenToComeBack() throws Exception {
        // Given
        api.faults().always(call -> call.verb().equals("list"), new Fault.Answer(ApiException.tooManyRequests(7)));
        // When
        var refused = http.get(MAPS);
        // Then
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.reason()).isEqualTo("TooManyRequests");
        assertThat(refused.response().headers().firstValue("Retry-After")).hasValue("7");
    }

    @Test
    void aLostAnswerIsAWriteThatHappened() {
        // Given
        api.faults().nth(1, Faults.on("create", "*", "*"), new Fault.LoseAnswer());
        // When
        assertThatThrownBy(() -> http.post(MAPS, "{metadata: {name: a}}")).isInstanceOf(IOException.class);
        // Then
        assertThat(api.get("configmaps", "default", "a")).isPresent();
    }

    @Test
    void aDroppedConnectionIsAWriteThatDidNotHappen() {
        // Given
        api.faults().first(9, Faults.on("create", "*", "*"), new Fault.Drop());
        // When
        assertThatThrownBy(() -> http.post(MAPS, "{metadata: {name: a}}")).isInstanceOf(IOException.class);
        // Then
        assertThat(api.get("configmaps", "default", "a")).isEmpty();
    }

    @Test
    void silenceLastsLongerThanTheClientWaits() {
        // Given
        api.faults().nth(1, Faults.on("get", "*", "*"), new Fault.Silence());
        var request = HttpRequest.newBuilder(URI.create(api.url() + MAPS + "/a"))
                .timeout(Duration.ofMillis(300))
                .build();
        // When
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
                // Then
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aDelayedCallIsHandledLater() throws Exception {
        // Given
        api.faults().nth(1, Faults.on("list", "*", "*"), new Fault.Delay(Duration.ofMillis(300)));
        long began = System.nanoTime();
        // When
        var list = http.get(MAPS);
        // Then
        assertThat(list.status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void rolesSayWhatAnAccountMayDo() throws Exception {
        // Given
        api.apply("""
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader},
                 rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list]},
                         {apiGroups: [""], resources: [namespaces], verbs: [get]},
                         {apiGroups: [apps], resources: [deployments/status], verbs: [patch]}]}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: reader},
                 roleRef: {kind: Role, name: reader}, subjects: [{kind: ServiceAccount, name: robot, namespace: default}]}
                """);
        api.authorizeByRoles();
        var robot = http.with("Authorization", "Bearer " + ACCOUNT);
        // When
        var listed = robot.get(MAPS);
        var created = robot.post(MAPS, "{metadata: {name: a}}");
        var everywhere = robot.get("/api/v1/configmaps");
        var main = robot.mergePatch("/apis/apps/v1/namespaces/default/deployments/web", "{}");
        var status = robot.mergePatch("/apis/apps/v1/namespaces/default/deployments/web/status", "{}");
        var own = robot.get("/api/v1/namespaces/default");
        var another = robot.get("/api/v1/namespaces/kube-system");
        // Then
        assertThat(listed.status()).isEqualTo(200);
        assertThat(created.status()).isEqualTo(403);
        assertThat(created.reason()).isEqualTo("Forbidden");
        assertThat(created.message())
                .isEqualTo("configmaps is forbidden: User \"" + ACCOUNT
                        + "\" cannot create resource \"configmaps\" in API group"
                        + " \"\" in the namespace \"default\"");
        assertThat(everywhere.message()).endsWith("at the cluster scope");
        assertThat(main.status()).isEqualTo(403);
        assertThat(status.status()).isEqualTo(404);
        assertThat(own.status()).isEqualTo(200);
        assertThat(another.status()).isEqualTo(403);
    }

    @Test
    void callsAreCountedByKindAndAgent() throws Exception {
        // Given
        var agent = http.with("User-Agent", "robot/1.0");
        // When
        agent.post(MAPS, "{metadata: {name: a}, data: {k: v}}");
        agent.get(MAPS + "/a");
        agent.get(MAPS + "/a");
        agent.get(MAPS + "/none");
        // Then
        assertThat(api.log().counts())
                .containsEntry(new RequestLog.Kind("get", "", "configmaps", "", "robot/1.0"), 3L)
                .containsEntry(new RequestLog.Kind("create", "", "configmaps", "", "robot/1.0"), 1L);
        assertThat(api.log().entries()).extracting(RequestLog.Entry::status).containsExactly(201, 200, 200, 404);
        var owner = api.get("configmaps", "default", "a")
                .orElseThrow()
                .path("metadata")
                .path("managedFields")
                .path(0);
        assertThat(owner.path("manager").asText()).isEqualTo("robot");
    }
}
