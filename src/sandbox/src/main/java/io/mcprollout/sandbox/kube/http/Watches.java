package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.store.Change;
import io.mcprollout.sandbox.kube.store.Selector;
import io.mcprollout.sandbox.kube.store.Store;
import io.mcprollout.sandbox.kube.store.Stored;
import io.mcprollout.sandbox.kube.store.Views;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The watches that are open: each sees the matching changes of one type in order, over whatever transport it came by. */
final class Watches {
    private final Vertx vertx;
    private final Store store;
    private final Tables tables;
    private final Duration bookmarkInterval;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();

    /** Where the lines of a watch go; called on one context only. */
    interface Sink {
        void write(Buffer line);

        void end();
    }

    Watches(Vertx vertx, Store store, Tables tables, Duration bookmarkInterval) {
        this.vertx = vertx;
        this.store = store;
        this.tables = tables;
        this.bookmarkInterval = bookmarkInterval;
    }

    /** Refuses parameters that no watch can have. */
    static void check(Call call, Target target) {
        Selector.of(target.type(), call.param("labelSelector"), call.param("fieldSelector"));
        revision(call);
        if (call.query().containsKey("sendInitialEvents")) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "ListOptions",
                    "",
                    List.of(FieldError.forbidden(
                            "sendInitialEvents",
                            "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled")));
        }
    }

    private static long revision(Call call) {
        String text = call.param("resourceVersion");
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "ListOptions",
                    "",
                    List.of(FieldError.invalid("resourceVersion", "\"" + text + "\"", "must be a number")));
        }
    }

    /** Opens a watch; the returned action closes it from the client's side. */
    Runnable open(Call call, Target target, Format format, Context context, Sink sink) {
        var watch = new Watch(call, target, format, context, sink);
        open.add(watch);
        watch.begin();
        return () -> watch.close(false);
    }

    /** Ends the matching watches from the server's side. */
    int end(Predicate<Call> matching) {
        int ended = 0;
        for (var watch : open) {
            if (!matching.test(watch.call)) continue;
            watch.close(true);
            ended++;
        }
        return ended;
    }

    /** How many matching watches are open. */
    long count(Predicate<Call> matching) {
        return open.stream().filter(watch -> matching.test(watch.call)).count();
    }

    /** One open watch. */
    private final class Watch {
        private final Call call;
        private final Target target;
        private final Format format;
        private final Context context;
        private final Sink sink;
        private final Predicate<JsonNode> selector;
        private @Nullable Runnable unsubscribe;
        private long bookmarks = -1;
        private long timeout = -1;

        Watch(Call call, Target target, Format format, Context context, Sink sink) {
            this.call = call;
            this.target = target;
            this.format = format;
            this.context = context;
            this.sink = sink;
            this.selector = Selector.of(target.type(), call.param("labelSelector"), call.param("fieldSelector"))
                    .and(o -> target.namespace().isEmpty()
                            || Json.meta(o, "namespace").equals(target.namespace()))
                    .and(o -> target.name().isEmpty() || Json.meta(o, "name").equals(target.name()));
        }

        void begin() {
            store.exclusively(() -> {
                String type = target.type().storeKey();
                long from = revision(call);
                try {
                    if (from == 0) {
                        for (var stored : store.list(type, target.namespace()).objects()) {
                            if (selects(stored)) send("ADDED", stored);
                        }
                    } else store.since(type, from).forEach(this::see);
                    unsubscribe = store.subscribe(type, this::see);
                } catch (ApiException refusal) {
                    write(Format.event("ERROR", Json.bytes(refusal.status())));
                    close(true);
                }
                return type;
            });
            if (call.flag("allowWatchBookmarks")) {
                bookmarks = vertx.setPeriodic(bookmarkInterval.toMillis(), id -> bookmark());
            }
            String seconds = call.param("timeoutSeconds");
            if (seconds.matches("[1-9]\\d{0,8}")) {
                timeout = vertx.setTimer(Long.parseLong(seconds) * 1_000, id -> close(true));
            }
        }

        private boolean selects(@Nullable Stored stored) {
            return stored != null && selector.test(Views.of(stored.object(), target.type(), target.version()));
        }

        /** A change as this watch sees it: objects come and go with what it selects. */
        private void see(Change change) {
            boolean before = selects(change.before());
            boolean after = !change.removed() && selects(change.after());
            if (after) send(before ? "MODIFIED" : "ADDED", change.after());
            else if (before) send("DELETED", change.after());
        }

        private void send(String type, Stored stored) {
            write(Format.event(type, format.one(target, stored, tables)));
        }

        private void bookmark() {
            store.exclusively(() -> {
                var mark = Json.object().put("kind", target.type().kind()).put("apiVersion", target.apiVersion());
                mark.putObject("metadata")
                        .put("resourceVersion", Long.toString(store.revision()))
                        .putNull("creationTimestamp");
                if (format != Format.TABLE) write(Format.event("BOOKMARK", Json.bytes(mark)));
                return mark;
            });
        }

        private void write(Buffer line) {
            context.runOnContext(v -> sink.write(line));
        }

        void close(boolean byServer) {
            open.remove(this);
            store.exclusively(() -> {
                if (unsubscribe != null) unsubscribe.run();
                return call;
            });
            if (bookmarks >= 0) vertx.cancelTimer(bookmarks);
            if (timeout >= 0) vertx.cancelTimer(timeout);
            if (byServer) context.runOnContext(v -> sink.end());
        }
    }
}
