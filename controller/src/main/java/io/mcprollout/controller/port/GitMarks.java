package io.mcprollout.controller.port;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * What the tools that keep a cluster as Git says leave on the objects they keep.
 *
 * @param annotations keys of an object's annotations
 * @param labels keys of its labels
 */
public record GitMarks(Set<String> annotations, Set<String> labels) {
    private static final String ARGO_TRACKING = "argocd.argoproj.io/tracking-id";
    private static final Set<String> LABELS =
            Set.of("argocd.argoproj.io/instance", "kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name");

    public GitMarks {
        annotations = Set.copyOf(annotations);
        labels = Set.copyOf(labels);
    }

    /** The marks of an object with these annotations and labels. */
    public static GitMarks of(Iterator<String> annotations, Iterator<String> labels) {
        return new GitMarks(keys(annotations), keys(labels));
    }

    private static Set<String> keys(Iterator<String> names) {
        Set<String> keys = new HashSet<>();
        names.forEachRemaining(keys::add);
        return keys;
    }

    /** Whether Argo CD or Flux keep the object. */
    public boolean isManaged() {
        return annotations.contains(ARGO_TRACKING) || LABELS.stream().anyMatch(labels::contains);
    }
}
