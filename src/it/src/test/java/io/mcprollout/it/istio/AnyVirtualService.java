package io.mcprollout.it.istio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A VirtualService as somebody may have written it: one or two managed routes of any shape among rules of all kinds. */
final class AnyVirtualService {
    private static final YAMLMapper YAML = new YAMLMapper();

    /* None sends to a slot: from those the candidate is taken away with the rest when everything goes back. */
    private static final List<String> OTHERS = List.of(
            "{name: admin, match: [{uri: {prefix: /mcp/admin}}], route: [{destination: {host: website}}]}",
            "{name: sse, match: [{uri: {prefix: /sse}}], timeout: 0s, route: [{destination: {host: mcp-server, subset: v0}}]}",
            "{name: banned, match: [{headers: {x-tenant: {exact: evil}}}], directResponse: {status: 403}}",
            "{name: moved, match: [{uri: {exact: /old}}, {uri: {prefix: /older/}}], redirect: {uri: /mcp}}",
            "{name: legacy, match: [{headers: {mcp-session-id: {prefix: legacy-}}}], route: [{destination: {host: legacy}}]}",
            "{name: debug, match: [{queryParams: {debug: {exact: '1'}}}], route: [{destination: {host: mcp-server, subset: v0}, weight: 3},"
                    + " {destination: {host: website}, weight: 1}]}",
            "{match: [{method: {exact: DELETE}, uri: {regex: '/mcp/v[0-9]+'}}], directResponse: {status: 405, body: {string: refused}}}");

    private static final List<String> BLOCKS = List.of(
            "{uri: {prefix: /mcp}}",
            "{uri: {exact: /v1/mcp}}",
            "{uri: {regex: '/t/[a-z]+/mcp'}, ignoreUriCase: true}",
            "{name: named, uri: {prefix: /agents}, method: {exact: POST}}",
            "{headers: {x-tenant: {exact: acme}}}",
            "{uri: {prefix: /mcp}, withoutHeaders: {x-internal: {}}}",
            "{uri: {prefix: /only}, headers: {mcp-session-id: {}}}",
            "{uri: {prefix: /fresh}, withoutHeaders: {mcp-session-id: {prefix: legacy-}}}");

    private static final List<String> FIELDS = List.of(
            "timeout: 3600s",
            "retries: {attempts: 3, retryOn: 'connect-failure,503', perTryTimeout: 2s}",
            "rewrite: {uri: /mcp}",
            "headers: {request: {set: {x-a: b}, remove: [x-debug, X-Mcp-Pin]}, response: {add: {X-MCP-Variant: theirs, cache-control: no-store}}}",
            "mirror: {host: recorder}",
            "mirrorPercentage: {value: 0.5}",
            "corsPolicy: {allowOrigins: [{exact: 'https://app.example.com'}], exposeHeaders: [mcp-session-id]}",
            "futureField: {nested: [1, 2.5, true, null, {deep: {}}]}");

    private final SplittableRandom random;
    final String name;
    final List<String> routes = new ArrayList<>();
    final ObjectNode object;

    AnyVirtualService(String name, SplittableRandom random) {
        this.name = name;
        this.random = random;
        this.object = read(
                "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: " + name
                        + ", namespace: " + IstioBed.NAMESPACE
                        + ", labels: {team: agents}, annotations: {kept: 'yes'}},"
                        + " spec: {hosts: [mcp.example.com], gateways: [istio-ingress/public], exportTo: ['.'], tcpFuture: {a: 1}}}");
        List<ObjectNode> rules = new ArrayList<>();
        OTHERS.stream().filter(rule -> random.nextInt(3) == 0).forEach(rule -> rules.add(read(rule)));
        int managed = 1 + random.nextInt(2);
        for (int i = 0; i < managed; i++) {
            routes.add(i == 0 ? "mcp" : "tools");
            rules.add(random.nextInt(rules.size() + 1), managed(routes.get(i)));
        }
        if (random.nextBoolean()) {
            rules.add(read("{name: rest, route: [{destination: {host: website}}]}"));
        } else {
            rules.getLast().remove("match");
        }
        rules.forEach(object.withObjectProperty("spec").withArrayProperty("http")::add);
    }

    private ObjectNode managed(String route) {
        ObjectNode rule = JsonNodeFactory.instance.objectNode();
        rule.put("name", route);
        int blocks = 1 + random.nextInt(3);
        for (int i = 0; i < blocks; i++) {
            rule.withArrayProperty("match").add(read(any(BLOCKS)));
        }
        for (String field : FIELDS) {
            if (random.nextInt(3) == 0) {
                rule.setAll(read("{" + field + "}"));
            }
        }
        boolean turned = random.nextBoolean();
        rule.withArrayProperty("route").add(target(turned ? "canary" : "stable"));
        rule.withArrayProperty("route").add(target(turned ? "stable" : "canary"));
        if (random.nextInt(4) == 0) {
            rule.withArrayProperty("route").add(read("{destination: {host: mcp-server, subset: v0}, weight: 0}"));
        }
        return rule;
    }

    private ObjectNode target(String subset) {
        ObjectNode target =
                read("{destination: {host: " + any(List.of("mcp-server", "mcp-server.mcp-services.svc.cluster.local"))
                        + ", subset: " + subset + "}}");
        if (subset.equals("stable") || random.nextBoolean()) {
            target.put("weight", subset.equals("stable") ? 1 + random.nextInt(300) : random.nextInt(300));
        }
        if (random.nextInt(4) == 0) {
            target.setAll(read("{headers: {response: {set: {x-mcp-variant: theirs, x-kept: k}}}}"));
        }
        return target;
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    static ObjectNode read(String yaml) {
        try {
            return (ObjectNode) YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }
}
