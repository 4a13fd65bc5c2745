package io.mcprollout.sandbox.mesh;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one {@code spec.http[]} entry of a VirtualService; refuses what the webhook refuses and what the sandbox cannot do. */
final class HttpRuleReader {
    private HttpRuleReader() {}

    static VirtualService.Http read(Field rule, String namespace) {
        rule.refuse("fault", "mirror", "mirrors", "corsPolicy");
        List<VirtualService.Block> blocks = rule.at("match").items().stream()
                .map(block -> MatchReader.block(block, namespace))
                .toList();
        if (blocks.isEmpty()) {
            blocks = List.of(new VirtualService.Block("", List.of(), RequestMatch.ANY));
        }
        String name = rule.at("name").optionalText().orElse("");
        return new VirtualService.Http(name, blocks, action(rule, namespace), ruleHeaders(rule));
    }

    /* A rewritten authority is stronger than one among the rule's request headers. */
    private static HeaderRules ruleHeaders(Field rule) {
        HeaderRules headers = headers(rule.at("headers"));
        Optional<String> rewritten =
                rule.at("rewrite").at("authority").optionalText().filter(text -> !text.isEmpty());
        HeaderOperations authority = new HeaderOperations(List.of(), List.of(), List.of(), rewritten);
        return new HeaderRules(authority.with(headers.request()), headers.response());
    }

    private static Action action(Field rule, String namespace) {
        boolean redirect = rule.at("redirect").present();
        boolean direct = rule.at("directResponse").present();
        boolean route = rule.at("route").present();
        if ((redirect ? 1 : 0) + (direct ? 1 : 0) + (route ? 1 : 0) != 1) {
            throw rule.wrong("needs exactly one of route, redirect and directResponse");
        }
        return redirect
                ? redirect(rule.at("redirect"))
                : direct ? directResponse(rule.at("directResponse")) : forward(rule, namespace);
    }

    private static Action forward(Field rule, String namespace) {
        List<Field> items = rule.at("route").items();
        if (items.isEmpty()) {
            throw rule.at("route").wrong("is empty; name at least one destination");
        }
        List<Destination> destinations =
                items.stream().map(item -> destination(item, namespace)).toList();
        boolean weighted = destinations.size() > 1;
        if (weighted) {
            destinations = destinations.stream().filter(d -> d.weight() > 0).toList();
        }
        if (destinations.isEmpty()) {
            throw rule.at("route").wrong("total destination weight = 0; give at least one destination a weight");
        }
        return new Action.Forward(
                destinations,
                weighted,
                rule.at("timeout").duration(),
                retries(rule.at("retries")),
                rewrite(rule.at("rewrite")));
    }

    private static Destination destination(Field item, String namespace) {
        int weight = item.at("weight").optionalInt().orElse(0);
        if (weight < 0) {
            throw item.at("weight").wrong("is negative; weights are 0 or more");
        }
        Field destination = item.at("destination");
        return new Destination(
                Hosts.full(destination.at("host").text(), namespace),
                destination.at("subset").optionalText().filter(subset -> !subset.isEmpty()),
                destination.at("port").at("number").optionalInt(),
                weight,
                headers(item.at("headers")));
    }

    private static RetryPolicy retries(Field retries) {
        if (!retries.present()) {
            return RetryPolicy.ISTIO_DEFAULT;
        }
        int attempts = retries.at("attempts").optionalInt().orElse(0);
        if (attempts <= 0) {
            return RetryPolicy.NEVER;
        }
        var perTry = retries.at("perTryTimeout").duration();
        Optional<String> on = retries.at("retryOn").optionalText().filter(text -> !text.isEmpty());
        if (on.isEmpty()) {
            return new RetryPolicy(attempts, RetryPolicy.ISTIO_DEFAULT.on(), Set.of(), perTry);
        }
        Set<String> conditions = new HashSet<>();
        Set<Integer> codes = new HashSet<>();
        for (String word : on.get().split(",", -1)) {
            String condition = word.strip();
            if (condition.matches("[1-5]\\d\\d")) {
                codes.add(Integer.parseInt(condition));
                conditions.add("retriable-status-codes");
            } else if (RetryPolicy.CONDITIONS.contains(condition)) {
                conditions.add(condition);
            } else if (!condition.isEmpty()) {
                throw retries.at("retryOn")
                        .wrong("'" + condition + "' is no retry condition of Envoy and no status code");
            }
        }
        return new RetryPolicy(attempts, conditions, codes, perTry);
    }

    private static Optional<Rewrite> rewrite(Field rewrite) {
        Field regex = rewrite.at("uriRegexRewrite");
        if (regex.present()) {
            return Optional.of(new Rewrite.UriRegex(
                    regex.at("match").expression(), regex.at("rewrite").text()));
        }
        return rewrite.at("uri").optionalText().filter(uri -> !uri.isEmpty()).map(Rewrite.Uri::new);
    }

    private static Action redirect(Field redirect) {
        redirect.refuse("derivePort");
        int status = redirect.at("redirectCode").optionalInt().orElse(301);
        if (!Set.of(301, 302, 303, 307, 308).contains(status)) {
            throw redirect.at("redirectCode")
                    .wrong(status + " is no redirect that Envoy knows; use 301, 302, 303, 307 or 308");
        }
        return new Action.Redirect(
                status,
                redirect.at("uri").optionalText().filter(uri -> !uri.isEmpty()),
                redirect.at("authority").optionalText().filter(authority -> !authority.isEmpty()),
                redirect.at("scheme").optionalText().filter(scheme -> !scheme.isEmpty()),
                redirect.at("port").optionalInt());
    }

    private static Action directResponse(Field response) {
        int status = response.at("status")
                .optionalInt()
                .orElseThrow(() -> response.at("status").wrong("is missing"));
        if (status < 200 || status > 599) {
            throw response.at("status").wrong(status + " is no status that Envoy answers with; use 200 to 599");
        }
        response.at("body").refuse("bytes");
        return new Action.DirectResponse(
                status, response.at("body").at("string").optionalText().orElse(""));
    }

    static HeaderRules headers(Field headers) {
        return new HeaderRules(operations(headers.at("request"), true), operations(headers.at("response"), false));
    }

    private static HeaderOperations operations(Field side, boolean request) {
        Optional<String> authority =
                request ? authority(side.at("set")).or(() -> authority(side.at("add"))) : Optional.empty();
        return new HeaderOperations(
                values(side.at("set")),
                values(side.at("add")),
                side.at("remove").texts().stream()
                        .filter(name -> !internal(name))
                        .toList(),
                authority);
    }

    private static Optional<String> authority(Field map) {
        return map.members().entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase("host") || e.getKey().equalsIgnoreCase(":authority"))
                .map(e -> e.getValue().text())
                .findFirst();
    }

    /* Sorted by name, as Istio does, because a mapping has no order. */
    private static List<HeaderOperations.Header> values(Field map) {
        List<HeaderOperations.Header> headers = new ArrayList<>();
        map.members().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> {
            if (!internal(e.getKey())) {
                headers.add(new HeaderOperations.Header(e.getKey(), literal(e.getValue())));
            }
        });
        return headers;
    }

    private static String literal(Field value) {
        String plain = value.text().replace("%%", "");
        if (plain.contains("%")) {
            throw value.wrong(
                    "Envoy's % formatters are not supported by the sandbox's mesh; write %% for a percent sign");
        }
        return value.text().replace("%%", "%");
    }

    private static boolean internal(String name) {
        return name.startsWith(":") || name.equalsIgnoreCase("host");
    }
}
