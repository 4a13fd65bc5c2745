package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A VirtualService read from the Kubernetes API: its age, full host names, gateways as {@code namespace/name} ({@code mesh}
 * for sidecars) and http rules.
 */
record VirtualService(
        String namespace, String name, String created, List<String> hosts, List<String> gateways, List<Http> http) {

    /** One http rule with the blocks that may select it; no block means every request. */
    record Http(String name, List<Block> blocks, Action action, HeaderRules headers) {}

    /** A match block, its name and the gateways it is limited to (none: all). */
    record Block(String name, List<String> gateways, RequestMatch match) {
        boolean at(String gateway) {
            return gateways.isEmpty() || gateways.contains(gateway);
        }
    }

    static VirtualService of(JsonNode json) {
        Field root = Field.root(json);
        String namespace = root.at("metadata").at("namespace").optionalText().orElse("default");
        String name = root.at("metadata").at("name").text();
        Field spec = root.at("spec");
        List<String> hosts = spec.at("hosts").texts().stream()
                .map(host -> Hosts.full(host, namespace))
                .toList();
        List<String> gateways = gateways(spec, namespace);
        List<Http> http = spec.at("http").items().stream()
                .map(rule -> HttpRuleReader.read(rule, namespace))
                .toList();
        String created =
                root.at("metadata").at("creationTimestamp").optionalText().orElse("");
        return new VirtualService(
                namespace, name, created, hosts, gateways.isEmpty() ? List.of("mesh") : gateways, http);
    }

    static List<String> gateways(Field owner, String namespace) {
        return owner.at("gateways").texts().stream()
                .map(gateway -> gateway.equals("mesh") || gateway.contains("/") ? gateway : namespace + "/" + gateway)
                .toList();
    }

    /** The rules at one gateway, one per match block, up to the first that catches everything. */
    List<Rule> rules(String gateway) {
        List<Rule> rules = new ArrayList<>();
        for (Http rule : http) {
            for (Block block : rule.blocks()) {
                if (block.at(gateway)) {
                    String full = block.name().isEmpty() ? rule.name() : rule.name() + "." + block.name();
                    rules.add(new Rule(full, block.match(), rule.action(), rule.headers()));
                    if (block.match().catchesAll()) {
                        return rules;
                    }
                }
            }
        }
        return rules;
    }
}
