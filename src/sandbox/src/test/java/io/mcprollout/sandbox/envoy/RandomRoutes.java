package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random VirtualServices and requests over small vocabularies, so that most conditions hold now and then. */
final class RandomRoutes {
    private static final List<String> PATHS =
            List.of("/", "/mcp", "/mcp/", "/MCP", "/mcp/x", "/sse", "/ssefoo", "/a/b", "/a.b");
    private static final List<String> URI_REGEX = List.of("/m.*", "/[a-z]+", "/a.b", ".*", "/(mcp|sse).*", "(?i)/mcp");
    private static final List<String> HOSTS =
            List.of("mcp.example.com", "a.example.com", "other.org", "MCP.example.com");
    private static final List<String> DOMAINS = List.of("mcp.example.com", "*.example.com", "*");
    private static final List<String> HEADERS = List.of("x-a", "x-b", "mcp-session-id");
    private static final List<String> VALUES = List.of("1", "2", "12", "a-7~x", "A-7~x");
    private static final List<String> VALUE_REGEX = List.of("[12]+", "a-.*", ".*", "(?i)a.*", "\\d");
    private static final List<String> METHODS = List.of("GET", "POST", "DELETE");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final RandomGenerator random;
    private int names;

    RandomRoutes(RandomGenerator random) {
        this.random = random;
    }

    /** A request: method, target, host and headers; a header may be repeated by a comma list or be absent. */
    record Asked(String method, String target, String host, Map<String, String> headers) {}

    Asked request() {
        Map<String, String> headers = new TreeMap<>();
        HEADERS.stream().filter(name -> chance(50)).forEach(name -> headers.put(name, pick(VALUES)));
        String query = chance(40) ? "?" + (chance(50) ? "q=" + pick(VALUES) : "z&q") : "";
        return new Asked(pick(METHODS), pick(PATHS) + query, pick(HOSTS), headers);
    }

    JsonNode virtualService() {
        ObjectNode out = JSON.objectNode().put("kind", "VirtualService");
        out.putObject("metadata").put("name", "random").put("namespace", "ns");
        ObjectNode spec = out.putObject("spec");
        spec.putArray("hosts").add(pick(DOMAINS));
        spec.putArray("gateways").add(MeshPair.GATEWAY);
        ArrayNode http = spec.putArray("http");
        for (int rules = 1 + random.nextInt(7); rules > 0; rules--) {
            http.add(rule());
        }
        return out;
    }

    private ObjectNode rule() {
        String name = "r" + names++;
        ObjectNode out = JSON.objectNode().put("name", name);
        if (!chance(15)) {
            ArrayNode match = out.putArray("match");
            for (int blocks = 1 + random.nextInt(3); blocks > 0; blocks--) {
                match.add(block().put("name", "b" + blocks));
            }
        }
        ObjectNode headers = operations(out.putObject("headers"));
        headers.withObject("/response").withObject("/set").put("x-rule", name);
        int kind = random.nextInt(10);
        if (kind == 0) {
            ObjectNode response = out.putObject("directResponse").put("status", chance(50) ? 404 : 202);
            response.putObject("body").put("string", "direct " + name);
        } else if (kind == 1) {
            out.set("redirect", redirect());
        } else {
            forward(out);
        }
        return out;
    }

    private ObjectNode redirect() {
        ObjectNode out = JSON.objectNode().put("redirectCode", chance(50) ? 302 : 308);
        if (chance(50)) {
            out.put("uri", chance(50) ? "/moved" : "/moved?p=1");
        }
        if (chance(50)) {
            out.put("authority", "else.example");
        }
        if (chance(50)) {
            out.put("scheme", "https");
        }
        if (chance(50)) {
            out.put("port", chance(50) ? 443 : 8080);
        }
        return out;
    }

    private void forward(ObjectNode out) {
        ArrayNode route = out.putArray("route");
        int destinations = 1 + random.nextInt(3);
        for (int i = 0; i < destinations; i++) {
            ObjectNode share = route.addObject().put("weight", i == 0 ? 1 + random.nextInt(9) : random.nextInt(10));
            ObjectNode destination = share.putObject("destination").put("host", chance(90) ? "mcp-server" : "empty");
            String subset = pick(List.of("stable", "canary", "stable", "canary", "nowhere", ""));
            if (!subset.isEmpty()) {
                destination.put("subset", subset);
            }
            if (chance(50)) {
                destination.putObject("port").put("number", 3000);
            }
            operations(share.putObject("headers"))
                    .withObject("/response")
                    .withObject("/set")
                    .put("x-share", "share-" + i);
        }
        if (chance(30)) {
            ObjectNode rewrite = out.putObject("rewrite");
            if (chance(50)) {
                rewrite.put("uri", chance(50) ? "/new" : "/");
            } else {
                rewrite.putObject("uriRegexRewrite").put("match", "^/([a-z]+)").put("rewrite", "/re/\\1");
            }
            if (chance(30)) {
                rewrite.put("authority", "rewritten.example");
            }
        }
        if (chance(30)) {
            out.putObject("retries").put("attempts", random.nextInt(3)).put("retryOn", "gateway-error,429");
        }
        if (chance(30)) {
            out.put("timeout", "5s");
        }
    }

    private ObjectNode block() {
        ObjectNode out = JSON.objectNode();
        if (chance(70)) {
            out.set("uri", condition(PATHS, URI_REGEX));
            out.put("ignoreUriCase", chance(30));
        }
        if (chance(40)) {
            out.putObject("headers")
                    .set(pick(HEADERS), chance(25) ? JSON.objectNode() : condition(VALUES, VALUE_REGEX));
        }
        if (chance(25)) {
            out.putObject("withoutHeaders")
                    .set(pick(HEADERS), chance(40) ? JSON.objectNode() : condition(VALUES, VALUE_REGEX));
        }
        if (chance(20)) {
            out.set("method", condition(METHODS, List.of("GET|POST", "D.*")));
        }
        if (chance(20)) {
            out.set("authority", condition(HOSTS, List.of(".*[.]com", "a.*")));
        }
        if (chance(10)) {
            out.set("scheme", condition(List.of("http", "https"), List.of("http.?")));
        }
        if (chance(20)) {
            out.putObject("queryParams").set("q", chance(30) ? JSON.objectNode() : condition(VALUES, VALUE_REGEX));
        }
        return out;
    }

    private ObjectNode condition(List<String> texts, List<String> expressions) {
        return switch (random.nextInt(3)) {
            case 0 -> JSON.objectNode().put("exact", pick(texts));
            case 1 -> JSON.objectNode().put("prefix", prefix(pick(texts)));
            default -> JSON.objectNode().put("regex", pick(expressions));
        };
    }

    private String prefix(String text) {
        return text.substring(0, 1 + random.nextInt(text.length()));
    }

    private ObjectNode operations(ObjectNode out) {
        for (String side : List.of("request", "response")) {
            ObjectNode changes = out.putObject(side);
            ObjectNode set = changes.putObject("set");
            if (chance(40)) {
                set.put("x-h-" + pick(List.of("one", "two")), pick(List.of("s1", "s2", "50%%")));
            }
            if (side.equals("request") && chance(10)) {
                set.put("host", pick(List.of("set-one.example", "set-two.example")));
            }
            if (chance(40)) {
                changes.putObject("add").put("x-h-" + pick(List.of("one", "two", "three")), pick(List.of("a1", "a2")));
            }
            if (chance(40)) {
                changes.putArray("remove").add(pick(List.of("x-h-one", "x-h-two", "x-a")));
            }
        }
        return out;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
