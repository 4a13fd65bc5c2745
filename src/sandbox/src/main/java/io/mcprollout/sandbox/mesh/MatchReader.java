package io.mcprollout.sandbox.mesh;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one block of a rule's {@code match} list. */
final class MatchReader {
    /** Names that Istio ignores among the headers of a block, because they are conditions of their own. */
    private static final Set<String> NOT_HEADERS = Set.of("uri", "scheme", "method", "authority");

    private MatchReader() {}

    static VirtualService.Block block(Field block, String namespace) {
        block.refuse("sourceLabels", "sourceNamespace", "port");
        RequestMatch match = new RequestMatch(
                uri(block.at("uri")),
                block.at("ignoreUriCase").flag(),
                text(block.at("method")),
                text(block.at("authority")),
                text(block.at("scheme")),
                headers(block.at("headers")),
                headers(block.at("withoutHeaders")),
                named(block.at("queryParams")));
        return new VirtualService.Block(
                block.at("name").optionalText().orElse(""), VirtualService.gateways(block, namespace), match);
    }

    private static Optional<StringMatch> uri(Field uri) {
        if (uri.at("regex").present()) {
            return Optional.of(new StringMatch.Regex(uri.at("regex").expression()));
        }
        return text(uri).filter(match -> !(match instanceof StringMatch.Present));
    }

    private static Optional<StringMatch> text(Field field) {
        return field.present() ? Optional.of(match(field)) : Optional.empty();
    }

    private static Map<String, StringMatch> headers(Field map) {
        Map<String, StringMatch> headers = new HashMap<>();
        named(map).forEach((name, match) -> {
            if (name.startsWith("@")) {
                throw map.at(name)
                        .wrong("matching on claims is not supported by the sandbox's mesh; leave it out here");
            }
            if (!NOT_HEADERS.contains(name)) {
                headers.put(name.toLowerCase(Locale.ROOT), match);
            }
        });
        return headers;
    }

    private static Map<String, StringMatch> named(Field map) {
        Map<String, StringMatch> matches = new HashMap<>();
        map.members().forEach((name, value) -> matches.put(name, match(value)));
        return matches;
    }

    /* An empty mapping, and the expression "*" which is none, ask for presence. */
    private static StringMatch match(Field field) {
        if (field.members().size() > 1) {
            throw field.wrong("needs exactly one of exact, prefix and regex");
        }
        if (field.at("exact").present()) {
            return new StringMatch.Exact(field.at("exact").text());
        }
        if (field.at("prefix").present()) {
            return new StringMatch.Prefix(field.at("prefix").text());
        }
        if (!field.at("regex").present()) {
            if (!field.members().isEmpty()) {
                throw field.wrong("needs exactly one of exact, prefix and regex");
            }
            return new StringMatch.Present();
        }
        return field.at("regex").text().equals("*")
                ? new StringMatch.Present()
                : new StringMatch.Regex(field.at("regex").expression());
    }
}
