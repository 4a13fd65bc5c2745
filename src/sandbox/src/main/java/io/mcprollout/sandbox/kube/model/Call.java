package io.mcprollout.sandbox.kube.model;

import java.util.Map;

/**
 * One request to the API, as an authorizer sees it.
 *
 * @param verb get, list, watch, create, update, patch, delete or deletecollection; for paths outside resources the lower-case HTTP method
 * @param group API group, "" for core
 * @param resource plural, "" for paths outside resources
 * @param namespace "" for cluster-scoped objects and for all namespaces
 * @param name "" for collections
 * @param subresource such as {@code status}, "" for the object itself
 * @param user who asks
 * @param query the query's parameters, first values
 */
public record Call(
        String verb,
        String group,
        String version,
        String resource,
        String namespace,
        String name,
        String subresource,
        String path,
        String user,
        String userAgent,
        Map<String, String> query) {

    /** Whether the call is about resources, not about discovery, health or versions. */
    public boolean isResource() {
        return !resource.isEmpty();
    }

    /** The query parameter, "" if absent. */
    public String param(String key) {
        return query.getOrDefault(key, "");
    }

    /** Whether the query parameter is set to true. */
    public boolean flag(String key) {
        String value = query.get(key);
        return value != null && (value.isEmpty() || value.equals("1") || Boolean.parseBoolean(value));
    }

    /** The field manager of a write: as told, else the user agent's product. */
    public String fieldManager() {
        String told = param("fieldManager");
        if (!told.isEmpty()) return told;
        int slash = userAgent.indexOf('/');
        return slash > 0 ? userAgent.substring(0, slash) : userAgent.isEmpty() ? "unknown" : userAgent;
    }
}
