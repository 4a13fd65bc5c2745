package io.mcprollout.sandbox.mesh;

import java.util.List;
import java.util.Optional;

/**
 * One compiled route: a single match block and what happens to its requests. A VirtualService rule with several blocks gives
 * several of these, named {@code rule} or {@code rule.block}.
 */
public record Rule(String name, RequestMatch match, Action action, HeaderRules headers) {

    /** Whether the request is this rule's. */
    public boolean matches(Request request) {
        return match.matches(request);
    }

    /** The destination of a draw {@code 0 <= u < 1}; only a forwarding rule has one. */
    public Destination choose(double u) {
        if (action instanceof Action.Forward forward) {
            return forward.choose(u);
        }
        throw new IllegalStateException("rule " + name + " answers by itself, it has no destination");
    }

    /**
     * The changes of the request's headers for the chosen destination, in the order in which they are made. Of several
     * destinations the chosen one's come first, so that the rule's own win; a single one's are merged behind the rule's.
     */
    public List<HeaderOperations> requestHeaders(Destination chosen) {
        return weighted()
                ? List.of(chosen.headers().request(), headers.request())
                : List.of(headers.with(chosen.headers()).request());
    }

    /** The changes of the response's headers, local answers included, ordered as {@link #requestHeaders}. */
    public List<HeaderOperations> responseHeaders(Optional<Destination> chosen) {
        if (chosen.isEmpty()) {
            return List.of(headers.response());
        }
        return weighted()
                ? List.of(chosen.get().headers().response(), headers.response())
                : List.of(headers.with(chosen.get().headers()).response());
    }

    /** The authority to send on: the rule's, else the chosen destination's; empty leaves the client's. */
    public Optional<String> authority(Destination chosen) {
        return headers.request().authority().or(() -> chosen.headers().request().authority());
    }

    private boolean weighted() {
        return action instanceof Action.Forward forward && forward.weighted();
    }
}
