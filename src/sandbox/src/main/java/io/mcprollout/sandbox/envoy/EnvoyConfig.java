package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.mesh.Cluster;
import io.mcprollout.sandbox.mesh.Endpoint;
import io.mcprollout.sandbox.mesh.GatewayStats;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.mesh.MeshSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A mesh configuration compiled to the files of a stock Envoy 1.40, by name, in the order in which they may replace older
 * ones without a request falling between: endpoints, clusters, routes. The bootstrap names them all by the folder's path.
 */
public record EnvoyConfig(Map<String, JsonNode> files) {
    /** The bootstrap's file name. */
    public static final String BOOTSTRAP = "bootstrap.json";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String TYPE = "type.googleapis.com/envoy.";
    private static final String ROUTES = "http.80";
    private static final String ROUTES_FILE = "rds.json";

    /* deploy/istio/session-pin.lua, which the build puts beside this class */
    private static final String SCRIPT = Packed.text("/io/mcprollout/sandbox/envoy/session-pin.lua");

    public EnvoyConfig {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /** The files of this configuration in {@code folder}. */
    public static EnvoyConfig of(MeshSnapshot snapshot, MeshSettings settings, Path folder) {
        Map<String, JsonNode> files = new LinkedHashMap<>();
        List<JsonNode> clusters = new ArrayList<>();
        new TreeMap<>(snapshot.clusters().byName()).forEach((name, cluster) -> {
            String file = "eds-" + name.replaceAll("[^A-Za-z0-9.-]", "_") + ".json";
            files.put(file, resources(List.of(endpoints(cluster))));
            clusters.add(cluster(name, settings, source(folder.resolve(file))));
        });
        files.put("cds.json", resources(clusters));
        files.put(ROUTES_FILE, resources(List.of(EnvoyRoutes.of(snapshot, ROUTES))));
        files.put(BOOTSTRAP, bootstrap(settings, folder));
        return new EnvoyConfig(files);
    }

    /** The version of the routes: equal for equal routes. */
    public String routesVersion() {
        return Objects.requireNonNull(files.get(ROUTES_FILE), "no routes")
                .path("version_info")
                .asText();
    }

    private static ObjectNode resources(List<JsonNode> resources) {
        ObjectNode out = JSON.objectNode()
                .put("version_info", "%08x".formatted(resources.toString().hashCode()));
        out.putArray("resources").addAll(resources);
        return out;
    }

    private static ObjectNode source(Path file) {
        ObjectNode out = JSON.objectNode().put("resource_api_version", "V3");
        out.putObject("path_config_source").put("path", file.toString());
        return out;
    }

    private static ObjectNode endpoints(Cluster cluster) {
        ObjectNode out = JSON.objectNode()
                .put("@type", TYPE + "config.endpoint.v3.ClusterLoadAssignment")
                .put("cluster_name", cluster.name());
        ArrayNode endpoints = JSON.arrayNode();
        for (Endpoint endpoint : cluster.endpoints()) {
            endpoints.addObject().putObject("endpoint").set("address", address(endpoint.ip(), endpoint.port()));
        }
        out.putArray("endpoints").addObject().set("lb_endpoints", endpoints);
        return out;
    }

    private static ObjectNode cluster(String name, MeshSettings settings, ObjectNode endpoints) {
        ObjectNode out = JSON.objectNode()
                .put("@type", TYPE + "config.cluster.v3.Cluster")
                .put("name", name)
                .put("type", "EDS")
                .put("lb_policy", "ROUND_ROBIN")
                .put("connect_timeout", seconds(settings.connectTimeout()));
        out.putObject("eds_cluster_config").put("service_name", name).set("eds_config", endpoints);
        ObjectNode limits =
                out.putObject("circuit_breakers").putArray("thresholds").addObject();
        for (String limit : new String[] {"max_connections", "max_pending_requests", "max_requests", "max_retries"}) {
            limits.put(limit, 4294967295L);
        }
        ObjectNode http = out.putObject("typed_extension_protocol_options")
                .putObject(TYPE.substring("type.googleapis.com/".length())
                        + "extensions.upstreams.http.v3.HttpProtocolOptions");
        http.put("@type", TYPE + "extensions.upstreams.http.v3.HttpProtocolOptions");
        http.putObject("common_http_protocol_options").put("idle_timeout", seconds(settings.upstreamIdle()));
        http.putObject("explicit_http_config").putObject("http_protocol_options");
        return out;
    }

    private static ObjectNode bootstrap(MeshSettings settings, Path folder) {
        ObjectNode out = JSON.objectNode();
        out.putObject("node").put("id", settings.gateway()).put("cluster", settings.gateway());
        out.putObject("admin").set("address", address("127.0.0.1", settings.adminPort()));
        // Istio's tag: the cluster's whole name, dots included; the default tags stay
        out.putObject("stats_config")
                .putArray("stats_tags")
                .addObject()
                .put("tag_name", "cluster_name")
                .put("regex", "^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?)\\.)");
        out.putObject("dynamic_resources").set("cds_config", source(folder.resolve("cds.json")));
        out.putObject("static_resources").putArray("listeners").add(listener(settings, folder));
        return out;
    }

    private static ObjectNode listener(MeshSettings settings, Path folder) {
        ObjectNode manager = JSON.objectNode()
                .put("@type", TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager")
                .put("stat_prefix", GatewayStats.HTTP_PREFIX)
                .put("use_remote_address", true)
                .put("stream_idle_timeout", "0s");
        manager.putObject("rds")
                .put("route_config_name", ROUTES)
                .set("config_source", source(folder.resolve(ROUTES_FILE)));
        ArrayNode filters = manager.putArray("http_filters");
        if (settings.pinsSessions()) {
            ObjectNode script =
                    filters.addObject().put("name", "mcp-session-pin").putObject("typed_config");
            script.put("@type", TYPE + "extensions.filters.http.lua.v3.Lua").put("stat_prefix", "mcp_session_pin");
            script.putObject("default_source_code").put("inline_string", SCRIPT);
        }
        ObjectNode router = filters.addObject().put("name", "envoy.filters.http.router");
        router.putObject("typed_config").put("@type", TYPE + "extensions.filters.http.router.v3.Router");
        // without SO_REUSEPORT a second Envoy on the port fails instead of taking half of the connections
        ObjectNode out = JSON.objectNode().put("name", "gateway").put("enable_reuse_port", false);
        out.set("address", address("127.0.0.1", settings.port()));
        ObjectNode filter =
                out.putArray("filter_chains").addObject().putArray("filters").addObject();
        filter.put("name", "envoy.filters.network.http_connection_manager").set("typed_config", manager);
        return out;
    }

    private static ObjectNode address(String ip, int port) {
        ObjectNode out = JSON.objectNode();
        out.putObject("socket_address").put("address", ip).put("port_value", port);
        return out;
    }

    private static String seconds(Duration time) {
        return "%d.%09ds".formatted(time.toSeconds(), time.toNanosPart());
    }
}
