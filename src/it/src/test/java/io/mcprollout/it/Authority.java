package io.mcprollout.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What roles allow, as {@code group/resource verb}. */
final class Authority {
    private Authority() {}

    /** Everything that the Roles and ClusterRoles among the manifests allow. */
    static Set<String> granted(List<Manifest> manifests) {
        Set<String> all = new TreeSet<>(granted(manifests, "ClusterRole"));
        all.addAll(granted(manifests, "Role"));
        return all;
    }

    /** Everything that the roles of one kind allow. */
    static Set<String> granted(List<Manifest> manifests, String kind) {
        Set<String> grants = new TreeSet<>();
        for (Manifest role : manifests) {
            if (role.kind().equals(kind)) {
                role.body().path("rules").forEach(rule -> add(rule, grants));
            }
        }
        return grants;
    }

    private static void add(JsonNode rule, Set<String> grants) {
        for (JsonNode group : rule.path("apiGroups")) {
            for (JsonNode resource : rule.path("resources")) {
                rule.path("verbs")
                        .forEach(verb -> grants.add(group.asText() + "/" + resource.asText() + " " + verb.asText()));
            }
        }
    }
}
