package io.mcprollout.it;

import io.mcprollout.sandbox.kube.KubeApi;
import java.util.List;

/** What users apply, from the repository's folder {@code deploy}. */
public final class Shipped {
    private static final List<String> CRDS =
            List.of("crds/mcprollouts.mcprollout.io-v1.yml", "crds/mcprolloutpolicies.mcprollout.io-v1.yml");
    private static final List<String> BASE =
            List.of("kustomize/base/namespace.yaml", "kustomize/base/service-account.yaml", "kustomize/base/rbac.yaml");

    private Shipped() {}

    /** Text of a file. */
    public static String text(String file) {
        return Manifest.content(Manifest.REPOSITORY.resolve("deploy").resolve(file));
    }

    /** Text of a file whose objects are meant for any namespace. */
    public static String text(String file, String namespace) {
        return text(file).replace("metadata:\n", "metadata:\n  namespace: " + namespace + "\n");
    }

    /** Applies the CRDs. */
    public static void crds(KubeApi api) {
        CRDS.forEach(file -> api.apply(text(file)));
    }

    /** Applies the CRDs, and the account with the rights it has in every installation. */
    public static void base(KubeApi api) {
        crds(api);
        BASE.forEach(file -> api.apply(text(file)));
    }

    /** Applies all of an installation for all namespaces but the controller itself. */
    public static void everywhere(KubeApi api) {
        base(api);
        api.apply(text("kustomize/cluster/rbac.yaml"));
    }
}
