package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.port.Fence;

/** Holds while the Lease, read anew, names this controller; a Lease that cannot be read names nobody. */
public final class LeaseFence implements Fence {
    private final PromptClient api;
    private final String namespace;
    private final String name;
    private final String identity;

    /** A fence by the Lease of that name; {@code identity} is this controller's in it. */
    public LeaseFence(PromptClient api, String namespace, String name, String identity) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
    }

    @Override
    public boolean holds() {
        try {
            GenericKubernetesResource lease =
                    api.of(Kinds.LEASE).inNamespace(namespace).withName(name).get();
            return lease != null
                    && Json.field(lease, "spec").path("holderIdentity").asText().equals(identity);
        } catch (KubernetesClientException e) {
            return false;
        }
    }
}
