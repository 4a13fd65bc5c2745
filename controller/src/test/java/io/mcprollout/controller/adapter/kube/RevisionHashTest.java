package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Revision;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionHashTest {
    private static final String WRITTEN = """
            metadata: {labels: {app: mcp, version: v1, team: search}, annotations: {a: b}}
            spec:
              containers:
                - name: app
                  image: registry.example.com/mcp:1.2.3
                  ports: [{containerPort: 3000}]
                  env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
                  readinessProbe: {httpGet: {path: /ready, port: 3000}}
              volumes: [{name: c, configMap: {name: c}}, {name: t, emptyDir: {}}]
            """;

    private static final String STORED = """
            metadata:
              creationTimestamp: null
              annotations: {kubectl.kubernetes.io/restartedAt: now, a: b, reloader.stakater.com/last-reloaded-from: x}
              labels: {version: v2, team: search, app: mcp-canary, pod-template-hash: abc, helm.sh/chart: c-1, note: n}
            spec:
              restartPolicy: Always
              terminationGracePeriodSeconds: 30
              dnsPolicy: ClusterFirst
              schedulerName: default-scheduler
              securityContext: {}
              volumes:
                - {name: c, configMap: {name: c, defaultMode: 420}}
                - {name: t, emptyDir: {}}
              containers:
                - image: registry.example.com/mcp:1.2.3
                  imagePullPolicy: IfNotPresent
                  name: app
                  resources: {}
                  terminationMessagePath: /dev/termination-log
                  terminationMessagePolicy: File
                  ports: [{containerPort: 3000, protocol: TCP}]
                  env: [{name: POD, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}]
                  readinessProbe:
                    httpGet: {path: /ready, port: 3000, scheme: HTTP}
                    timeoutSeconds: 1
                    periodSeconds: 10
                    successThreshold: 1
                    failureThreshold: 3
            """;

    private static Revision hash(String template) {
        return RevisionHash.of(Yaml.tree(template), Set.of("app", "version"), Set.of("note"));
    }

    @Test
    void isTheSameForWhatAPersonWroteAndWhatTheApiServerMadeOfIt() {
        // When
        Revision stored = hash(STORED);
        // Then
        assertThat(stored).isEqualTo(hash(WRITTEN));
    }

    /* Published: a change of this value starts a rollout everywhere, and needs another prefix. */
    @Test
    void doesNotChangeFromReleaseToRelease() {
        // When
        Revision revision = hash(WRITTEN);
        // Then
        assertThat(revision).hasToString("1-f7f500c03d74");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3|1.2.4",
                "3000}]|3001}]",
                "team: search|team: other",
                "a: b|a: c",
                "/ready|/healthz",
                "emptyDir: {}|hostPath: {path: /t}",
                "name: POD|name: POD2"
            })
    void changesWithEverythingThatRuns(String edit) {
        // Given
        String[] parts = edit.split("\\|", -1);
        // When
        Revision edited = hash(WRITTEN.replace(parts[0], parts[1]));
        // Then
        assertThat(edited).isNotEqualTo(hash(WRITTEN));
    }

    @Test
    void takesAPullPolicyOfALatestImageForTheDefaultOnlyIfItIs() {
        // Given
        String latest = "spec: {containers: [{image: mcp}]}";
        // When
        Revision always = hash("spec: {containers: [{image: mcp, imagePullPolicy: Always}]}");
        Revision seldom = hash("spec: {containers: [{image: mcp, imagePullPolicy: IfNotPresent}]}");
        // Then
        assertThat(always).isEqualTo(hash(latest));
        assertThat(seldom).isNotEqualTo(hash(latest));
    }
}
