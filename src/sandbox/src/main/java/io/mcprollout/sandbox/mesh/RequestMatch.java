package io.mcprollout.sandbox.mesh;

import java.util.Map;
import java.util.Optional;

/** One block of a rule's {@code match} list: every condition in it must hold. */
public record RequestMatch(
        Optional<StringMatch> uri,
        boolean ignoreUriCase,
        Optional<StringMatch> method,
        Optional<StringMatch> authority,
        Optional<StringMatch> scheme,
        Map<String, StringMatch> headers,
        Map<String, StringMatch> withoutHeaders,
        Map<String, StringMatch> queryParams) {

    /** The block of a rule without any match: every request. */
    public static final RequestMatch ANY = new RequestMatch(
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            Map.of());

    public RequestMatch {
        headers = Map.copyOf(headers);
        withoutHeaders = Map.copyOf(withoutHeaders);
        queryParams = Map.copyOf(queryParams);
    }

    /** Whether every condition holds for the request. */
    public boolean matches(Request request) {
        return uri.map(m -> ignoreUriCase ? m.ignoringCase() : m)
                        .map(m -> m.test(request.path()))
                        .orElse(true)
                && method.map(m -> m.test(request.method())).orElse(true)
                && authority.map(m -> m.test(request.authority())).orElse(true)
                && scheme.map(m -> m.test(request.scheme())).orElse(true)
                && headers.entrySet().stream().allMatch(e -> holds(request.header(e.getKey()), e.getValue()))
                && withoutHeaders.entrySet().stream()
                        .noneMatch(e -> holdsOrEmpty(request.header(e.getKey()), e.getValue()))
                && queryParams.entrySet().stream().allMatch(e -> holds(request.query(e.getKey()), e.getValue()));
    }

    private static boolean holds(Optional<String> value, StringMatch match) {
        return value.map(match::test).orElse(false);
    }

    /* A missing header counts as the empty text in withoutHeaders, unless only its presence is asked for. */
    private static boolean holdsOrEmpty(Optional<String> value, StringMatch match) {
        return match instanceof StringMatch.Present ? value.isPresent() : match.test(value.orElse(""));
    }

    /** Whether no rule after this block can ever be reached: every path and no other condition. */
    public boolean catchesAll() {
        boolean everyPath = uri.map(RequestMatch::everyPath).orElse(true);
        boolean noHeader = method.isEmpty() && authority.isEmpty() && scheme.isEmpty() && headers.isEmpty();
        return everyPath && noHeader && withoutHeaders.isEmpty() && queryParams.isEmpty();
    }

    private static boolean everyPath(StringMatch uri) {
        return switch (uri) {
            case StringMatch.Prefix prefix -> prefix.value().equals("/");
            case StringMatch.Regex regex -> regex.pattern().pattern().equals(".*");
            case StringMatch.Exact exact -> false;
            case StringMatch.Present present -> true;
            case StringMatch.IgnoreCase other -> false;
        };
    }
}
