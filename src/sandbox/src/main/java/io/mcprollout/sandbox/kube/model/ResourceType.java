package io.mcprollout.sandbox.kube.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of object that the API serves in one or more versions of one group.
 *
 * @param group API group, "" for core
 * @param storeKey where objects are kept: types with the same key show the same objects
 * @param statusSubresource whether status is written at {@code /status} only
 * @param generation whether changes of the desired state are counted in metadata.generation
 * @param custom whether it comes from a CustomResourceDefinition
 * @param versions those served, the preferred first
 * @param storageVersion the version that objects are kept in
 * @param fields what field selectors may name besides metadata.name and metadata.namespace
 */
public record ResourceType(
        String group,
        String plural,
        String singular,
        String kind,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        String storeKey,
        boolean statusSubresource,
        boolean generation,
        boolean custom,
        List<Served> versions,
        String storageVersion,
        Set<String> fields) {

    /** {@code plural.group}, or the plural alone in the core group. */
    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** {@code group/version} as objects carry it. */
    public String apiVersion(String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The apiVersion that objects are kept in. */
    public String storageApiVersion() {
        return apiVersion(storageVersion);
    }

    /** The version if it is served. */
    public Optional<Served> served(String version) {
        return versions.stream().filter(v -> v.version().equals(version)).findFirst();
    }

    /** Whether a name given by hand means this type: plural, singular, kind, short name, each with or without group. */
    public boolean isCalled(String name) {
        if (name.equals(groupResource())) return true;
        int dot = name.indexOf('.');
        String bare = dot < 0 ? name : name.substring(0, dot);
        boolean sameGroup = dot < 0 || name.substring(dot + 1).equals(group);
        return sameGroup
                && (bare.equals(plural)
                        || bare.equalsIgnoreCase(kind)
                        || bare.equals(singular)
                        || shortNames.contains(bare));
    }
}
