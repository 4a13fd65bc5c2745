package io.mcprollout.sandbox.mesh;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes of one message's headers, in Envoy's order: removals, then sets (the last one of a name wins), then additions.
 * {@code authority} replaces the request's host.
 */
public record HeaderOperations(List<Header> set, List<Header> add, List<String> remove, Optional<String> authority) {

    /** No change. */
    public static final HeaderOperations NONE = new HeaderOperations(List.of(), List.of(), List.of(), Optional.empty());

    /** A header's name and value. */
    public record Header(String name, String value) {}

    public HeaderOperations {
        set = List.copyOf(set);
        add = List.copyOf(add);
        remove = List.copyOf(remove);
    }

    /** Changes the headers in place. */
    public void applyTo(MultiMap headers) {
        remove.forEach(headers::remove);
        set.forEach(header -> headers.set(header.name(), header.value()));
        add.forEach(header -> headers.add(header.name(), header.value()));
    }

    /** These operations and the others as one; this one's authority wins. */
    public HeaderOperations with(HeaderOperations other) {
        return new HeaderOperations(
                join(set, other.set), join(add, other.add), join(remove, other.remove), authority.or(other::authority));
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
