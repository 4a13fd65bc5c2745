package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.store.Store;
import io.mcprollout.sandbox.kube.store.Stored;
import java.util.List;

/**
 * Decides by the Roles, ClusterRoles and bindings in the store, as the cluster would.
 *
 * <p>Users are ServiceAccounts, {@code system:serviceaccount:<namespace>:<name>}; everybody else is an administrator.
 */
public final class RbacAuthorizer implements Authorizer {
    private static final String GROUP = ".rbac.authorization.k8s.io";

    private final Store store;

    /** An authorizer by the bindings in that store. */
    public RbacAuthorizer(Store store) {
        this.store = store;
    }

    @Override
    public boolean allows(Call call) {
        if (!call.user().startsWith("system:serviceaccount:")) return true;
        for (var binding : all("clusterrolebindings", "")) {
            if (binds(binding, call.user()) && permits(role(binding, ""), call)) return true;
        }
        String namespace = namespace(call);
        if (namespace.isEmpty()) return false;
        for (var binding : all("rolebindings", namespace)) {
            if (binds(binding, call.user()) && permits(role(binding, namespace), call)) return true;
        }
        return false;
    }

    /* A Namespace belongs to itself, so that a Role in it may allow to read it. */
    private static String namespace(Call call) {
        boolean one = call.resource().equals("namespaces") && call.group().isEmpty();
        return one ? call.name() : call.namespace();
    }

    private List<ObjectNode> all(String plural, String namespace) {
        return store.list(plural + GROUP, namespace).objects().stream()
                .map(Stored::object)
                .toList();
    }

    private static boolean binds(JsonNode binding, String user) {
        for (var subject : binding.path("subjects")) {
            String name = subject.path("name").asText();
            String account =
                    "system:serviceaccount:" + subject.path("namespace").asText() + ":" + name;
            boolean it = switch (subject.path("kind").asText()) {
                case "ServiceAccount" -> user.equals(account);
                case "User" -> user.equals(name);
                case "Group" -> name.equals("system:authenticated") || name.equals("system:serviceaccounts");
                default -> false;
            };
            if (it) return true;
        }
        return false;
    }

    private JsonNode role(JsonNode binding, String namespace) {
        boolean cluster = Json.at(binding, "roleRef.kind").asText().equals("ClusterRole");
        String name = Json.at(binding, "roleRef.name").asText();
        return all(cluster ? "clusterroles" : "roles", cluster ? "" : namespace).stream()
                .filter(role -> Json.meta(role, "name").equals(name))
                .findFirst()
                .orElseGet(Json::object);
    }

    private static boolean permits(JsonNode role, Call call) {
        String resource = call.subresource().isEmpty() ? call.resource() : call.resource() + "/" + call.subresource();
        for (var rule : role.path("rules")) {
            boolean names = rule.path("resourceNames").isEmpty() || contains(rule.path("resourceNames"), call.name());
            boolean allSub = contains(rule.path("resources"), "*/" + call.subresource())
                    && !call.subresource().isEmpty();
            if (names
                    && contains(rule.path("apiGroups"), call.group())
                    && (allSub || contains(rule.path("resources"), resource))
                    && contains(rule.path("verbs"), call.verb())) return true;
        }
        return false;
    }

    private static boolean contains(JsonNode list, String wanted) {
        for (var item : list) if (item.asText().equals("*") || item.asText().equals(wanted)) return true;
        return false;
    }
}
