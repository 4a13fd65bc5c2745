package io.mcprollout.sandbox.kube.model;

/**
 * What a request is about.
 *
 * @param version the version of the type that the client speaks
 * @param namespace "" for cluster-scoped objects and for all namespaces
 * @param name "" for collections
 * @param subresource "" for the object itself
 */
public record Target(ResourceType type, String version, String namespace, String name, String subresource) {
    /** The same object without the subresource. */
    public Target main() {
        return new Target(type, version, namespace, name, "");
    }

    /** Another object of the same type. */
    public Target sibling(String otherNamespace, String otherName) {
        return new Target(type, version, otherNamespace, otherName, "");
    }

    /** The apiVersion that the client speaks. */
    public String apiVersion() {
        return type.apiVersion(version);
    }
}
