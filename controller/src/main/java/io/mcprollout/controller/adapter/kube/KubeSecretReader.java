package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.controller.port.SecretReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Secrets by {@code get}, never listed or watched, and only those that somebody made for this use and host. */
public final class KubeSecretReader implements SecretReader {
    /** Label that makes a Secret usable. */
    static final String CREDENTIAL = "mcprollout.io/credential";

    /** Annotation with the hosts, separated by commas, that a Secret may be used against. */
    static final String AUDIENCE = "mcprollout.io/audience";

    private final PromptClient api;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    public KubeSecretReader(PromptClient api) {
        this.api = api;
    }

    @Override
    public CompletionStage<Reply> read(String namespace, SecretKey key, String audience) {
        return CompletableFuture.supplyAsync(() -> get(namespace, key, audience), threads)
                .exceptionally(failure -> new Reply.Refused("Secret " + key.secret() + " cannot be read"));
    }

    private Reply get(String namespace, SecretKey key, String audience) {
        String name = "Secret " + key.secret();
        GenericKubernetesResource secret;
        try {
            secret = api.of(Kinds.SECRET)
                    .inNamespace(namespace)
                    .withName(key.secret())
                    .get();
        } catch (KubernetesClientException e) {
            return new Reply.Refused(
                    e.getCode() == 403
                            ? name + " may not be read; give the controller a Role with get on Secrets in " + namespace
                            : name + " cannot be read (" + e.getCode() + ")");
        }
        if (secret == null) {
            return new Reply.Refused("there is no " + name + " in namespace " + namespace + "; create it");
        }
        return content(secret, name, key, audience);
    }

    private static Reply content(GenericKubernetesResource secret, String name, SecretKey key, String audience) {
        Map<String, String> labels = secret.getMetadata().getLabels();
        if (labels == null || !"true".equals(labels.get(CREDENTIAL))) {
            return new Reply.Refused(name + " is not meant for this; label it " + CREDENTIAL
                    + ": \"true\" if the controller may use it");
        }
        String hosts = Json.annotation(secret, AUDIENCE).orElse("");
        if (Arrays.stream(hosts.split(",", -1)).noneMatch(host -> host.strip().equalsIgnoreCase(audience))) {
            return new Reply.Refused(
                    name + " may not be used against " + audience + "; name the host in its annotation " + AUDIENCE);
        }
        String value = Json.field(secret, "data").path(key.key()).asText("");
        if (value.isEmpty()) {
            return new Reply.Refused(name + " has no key " + key.key() + "; add it, or name another key");
        }
        try {
            return new Reply.Found(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return new Reply.Refused(name + " has a key " + key.key() + " that is not base64");
        }
    }
}
