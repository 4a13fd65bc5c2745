package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.mesh.Action;
import io.mcprollout.sandbox.mesh.Clusters;
import io.mcprollout.sandbox.mesh.Destination;
import io.mcprollout.sandbox.mesh.HeaderOperations;
import io.mcprollout.sandbox.mesh.HeaderRules;
import io.mcprollout.sandbox.mesh.MeshSnapshot;
import io.mcprollout.sandbox.mesh.RetryPolicy;
import io.mcprollout.sandbox.mesh.Rewrite;
import io.mcprollout.sandbox.mesh.RouteTable;
import io.mcprollout.sandbox.mesh.Rule;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compiles route tables to Envoy's {@code RouteConfiguration}: one virtual host per domain, one route per rule, in order. */
final class EnvoyRoutes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Clusters clusters;

    private EnvoyRoutes(Clusters clusters) {
        this.clusters = clusters;
    }

    static ObjectNode of(MeshSnapshot snapshot, String name) {
        ObjectNode out = JSON.objectNode()
                .put("@type", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration")
                .put("name", name)
                .put("ignore_port_in_host_matching", true);
        ArrayNode hosts = out.putArray("virtual_hosts");
        EnvoyRoutes compiler = new EnvoyRoutes(snapshot.clusters());
        new TreeMap<>(snapshot.tables().byDomain()).forEach((domain, table) -> hosts.add(compiler.host(domain, table)));
        return out;
    }

    private ObjectNode host(String domain, RouteTable table) {
        ObjectNode out = JSON.objectNode().put("name", domain + ":80");
        out.putArray("domains").add(domain);
        ArrayNode routes = out.putArray("routes");
        table.rules().forEach(rule -> routes.add(route(rule)));
        return out;
    }

    private ObjectNode route(Rule rule) {
        ObjectNode out = JSON.objectNode().put("name", rule.name());
        out.set("match", EnvoyMatch.of(rule.match()));
        switch (rule.action()) {
            case Action.Forward forward -> forward(out, rule, forward);
            case Action.DirectResponse direct -> {
                headers(out, rule.headers());
                ObjectNode response = out.putObject("direct_response").put("status", direct.status());
                if (!direct.body().isEmpty()) {
                    response.putObject("body").put("inline_string", direct.body());
                }
            }
            case Action.Redirect redirect -> {
                headers(out, rule.headers());
                out.set("redirect", redirect(redirect));
            }
        }
        return out;
    }

    private void forward(ObjectNode out, Rule rule, Action.Forward forward) {
        ObjectNode action = JSON.objectNode();
        if (forward.weighted()) {
            headers(out, rule.headers());
            rule.headers().request().authority().ifPresent(host -> action.put("host_rewrite_literal", host));
            ArrayNode shares = action.putObject("weighted_clusters").putArray("clusters");
            forward.destinations().forEach(destination -> shares.add(share(destination)));
        } else {
            Destination only = forward.destinations().getFirst();
            headers(out, rule.headers().with(only.headers()));
            rule.authority(only).ifPresent(host -> action.put("host_rewrite_literal", host));
            action.put("cluster", clusters.name(only));
        }
        action.put("timeout", forward.timeout().map(EnvoyRoutes::seconds).orElse("0s"));
        if (forward.retries().attempts() > 0) {
            action.set("retry_policy", retries(forward.retries()));
        }
        forward.rewrite().ifPresent(rewrite -> rewrite(action, rewrite));
        out.set("route", action);
    }

    private ObjectNode share(Destination destination) {
        ObjectNode out =
                JSON.objectNode().put("name", clusters.name(destination)).put("weight", destination.weight());
        headers(out, destination.headers());
        destination.headers().request().authority().ifPresent(host -> out.put("host_rewrite_literal", host));
        return out;
    }

    private static void rewrite(ObjectNode action, Rewrite rewrite) {
        switch (rewrite) {
            case Rewrite.Uri uri -> action.put("prefix_rewrite", uri.value());
            case Rewrite.UriRegex regex -> {
                ObjectNode out = action.putObject("regex_rewrite").put("substitution", regex.substitution());
                out.putObject("pattern").put("regex", regex.pattern().pattern());
            }
        }
    }

    private static ObjectNode retries(RetryPolicy retries) {
        ObjectNode out = JSON.objectNode()
                .put("retry_on", String.join(",", new TreeSet<>(retries.on())))
                .put("num_retries", retries.attempts())
                .put("host_selection_retry_max_attempts", 5);
        out.putArray("retry_host_predicate")
                .addObject()
                .put("name", "envoy.retry_host_predicates.previous_hosts")
                .putObject("typed_config")
                .put(
                        "@type",
                        "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate");
        ArrayNode codes = out.putArray("retriable_status_codes");
        new TreeSet<>(retries.statusCodes()).forEach(codes::add);
        retries.perTryTimeout().ifPresent(time -> out.put("per_try_timeout", seconds(time)));
        return out;
    }

    private static ObjectNode redirect(Action.Redirect redirect) {
        ObjectNode out = JSON.objectNode().put("response_code", code(redirect.status()));
        redirect.uri().ifPresent(uri -> out.put("path_redirect", uri));
        redirect.authority().ifPresent(host -> out.put("host_redirect", host));
        redirect.scheme().ifPresent(scheme -> out.put("scheme_redirect", scheme));
        int usual = redirect.scheme().orElse("http").equals("https") ? 443 : 80;
        redirect.port().ifPresent(port -> out.put("port_redirect", port == usual ? 0 : port));
        return out;
    }

    private static String code(int status) {
        return switch (status) {
            case 302 -> "FOUND";
            case 303 -> "SEE_OTHER";
            case 307 -> "TEMPORARY_REDIRECT";
            case 308 -> "PERMANENT_REDIRECT";
            default -> "MOVED_PERMANENTLY";
        };
    }

    private static void headers(ObjectNode out, HeaderRules rules) {
        operations(out, "request", rules.request());
        operations(out, "response", rules.response());
    }

    private static void operations(ObjectNode out, String side, HeaderOperations operations) {
        ArrayNode add = JSON.arrayNode();
        values(add, operations.set(), "OVERWRITE_IF_EXISTS_OR_ADD");
        values(add, operations.add(), "APPEND_IF_EXISTS_OR_ADD");
        if (!add.isEmpty()) {
            out.set(side + "_headers_to_add", add);
        }
        if (!operations.remove().isEmpty()) {
            ArrayNode remove = out.putArray(side + "_headers_to_remove");
            operations.remove().forEach(remove::add);
        }
    }

    private static void values(ArrayNode out, List<HeaderOperations.Header> headers, String action) {
        for (HeaderOperations.Header header : headers) {
            ObjectNode option = out.addObject().put("append_action", action).put("keep_empty_value", true);
            option.putObject("header")
                    .put("key", header.name())
                    .put("value", header.value().replace("%", "%%"));
        }
    }

    private static String seconds(Duration time) {
        return "%d.%09ds".formatted(time.toSeconds(), time.toNanosPart());
    }
}
