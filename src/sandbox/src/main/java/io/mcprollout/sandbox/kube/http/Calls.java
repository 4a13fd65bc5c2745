package io.mcprollout.sandbox.kube.http;

import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.store.Registry;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** From an HTTP request to what it asks of the API. */
final class Calls {
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
    private static final String ADMIN = "sandbox-admin";

    private Calls() {}

    static Call of(HttpServerRequest request) {
        var query = new TreeMap<String, String>();
        request.params().forEach(e -> query.putIfAbsent(e.getKey(), e.getValue()));
        String path = request.path() == null ? "/" : request.path();
        var parts = new ArrayList<String>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        String agent = Objects.requireNonNullElse(request.getHeader("User-Agent"), "");
        String method = request.method().name().toUpperCase(Locale.ROOT);
        boolean core = parts.size() > 2 && parts.get(0).equals("api");
        boolean grouped = parts.size() > 3 && parts.get(0).equals("apis");
        if (!core && !grouped) {
            String verb = method.toLowerCase(Locale.ROOT);
            return new Call(verb, "", "", "", "", "", "", path, user(request), agent, query);
        }
        String group = core ? "" : parts.get(1);
        String version = parts.get(core ? 1 : 2);
        var rest = parts.subList(core ? 2 : 3, parts.size());
        String namespace = "";
        boolean scoped = rest.size() > 2
                && rest.get(0).equals("namespaces")
                && !(core && rest.size() == 3 && NAMESPACE_SUBRESOURCES.contains(rest.get(2)));
        if (scoped) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? String.join("/", rest.subList(2, rest.size())) : "";
        boolean watch = query.containsKey("watch") && !Set.of("false", "0").contains(query.get("watch"));
        return new Call(
                verb(method, name, watch),
                group,
                version,
                rest.get(0),
                namespace,
                name,
                subresource,
                path,
                user(request),
                agent,
                query);
    }

    private static String verb(String method, String name, boolean watch) {
        return switch (method) {
            case "GET", "HEAD" -> watch ? "watch" : name.isEmpty() ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    /** The impersonated user, or the one whose name the bearer token is, or the administrator. */
    private static String user(HttpServerRequest request) {
        String impersonated = request.getHeader("Impersonate-User");
        if (impersonated != null) return impersonated;
        String authorization = request.getHeader("Authorization");
        String token = authorization == null ? "" : authorization.replaceFirst("^[Bb]earer ", "");
        return token.startsWith("system:") ? token : ADMIN;
    }

    /** What a call is about, or 404. */
    static Target target(Call call, Registry registry) {
        var type = registry.find(call.group(), call.resource()).orElseThrow(ApiException::noSuchPath);
        if (type.served(call.version()).isEmpty()) throw ApiException.noSuchPath();
        if (!type.namespaced() && !call.namespace().isEmpty()) throw ApiException.noSuchPath();
        boolean needsNamespace = type.namespaced()
                && call.namespace().isEmpty()
                && !List.of("list", "watch").contains(call.verb());
        if (needsNamespace) throw ApiException.methodNotAllowed();
        return new Target(type, call.version(), call.namespace(), call.name(), call.subresource());
    }
}
