package io.mcprollout.it;

import java.util.Locale;

/** Definitions of kinds that the controller looks at and that are not its own; any object is one of theirs. */
public final class Definition {
    /** KEDA's ScaledObject. */
    public static final String SCALED_OBJECT = of("scaledobjects", "keda.sh", "v1alpha1", "ScaledObject");

    /** The Gateway API's HTTPRoute. */
    public static final String HTTP_ROUTE = of("httproutes", "gateway.networking.k8s.io", "v1", "HTTPRoute");

    private Definition() {}

    /** A CustomResourceDefinition as YAML. */
    public static String of(String plural, String group, String version, String kind) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %1$s.%2$s}
                spec:
                  group: %2$s
                  names: {kind: %4$s, listKind: %4$sList, plural: %1$s, singular: %5$s}
                  scope: Namespaced
                  versions:
                    - name: %3$s
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """.formatted(plural, group, version, kind, kind.toLowerCase(Locale.ROOT));
    }
}
