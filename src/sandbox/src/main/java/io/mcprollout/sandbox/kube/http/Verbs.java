package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.model.Write;
import io.mcprollout.sandbox.kube.patch.Patches;
import io.mcprollout.sandbox.kube.patch.StrategicMerge;
import io.mcprollout.sandbox.kube.store.Cluster;
import io.mcprollout.sandbox.kube.store.Selector;
import io.mcprollout.sandbox.kube.store.Stored;
import io.mcprollout.sandbox.kube.store.Views;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Carries out calls on resources. */
final class Verbs {
    private static final List<String> PATCHES = List.of(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");
    private static final Set<String> BODIES =
            Set.of("", "application/json", "application/yaml", "application/x-www-form-urlencoded");
    private static final Set<String> SUBRESOURCES = Set.of("", "status");

    private final Cluster cluster;
    private final Tables tables;

    Verbs(Cluster cluster, Tables tables) {
        this.cluster = cluster;
        this.tables = tables;
    }

    /** The answer; refusals are thrown. */
    Reply handle(Call call, String accept, String contentType, byte[] body) {
        var target = Calls.target(call, cluster.registry());
        var format = Format.accepted(accept);
        if (target.subresource().equals("scale"))
            return Scaling.handle(cluster, call, target, contentType, body, write(call));
        if (target.subresource().equals("eviction")) return evict(call, target, body);
        if (target.subresource().equals("log")) return log(call, target);
        if (!SUBRESOURCES.contains(target.subresource())) throw ApiException.noSuchPath();
        if (target.subresource().equals("status") && !target.type().statusSubresource())
            throw ApiException.noSuchPath();
        return switch (call.verb()) {
            case "get" -> Reply.json(200, format.one(target, cluster.get(target.main()), tables));
            case "list" -> list(call, target, format);
            case "create" -> create(call, target, contentType, body, format);
            case "update" -> update(call, target, contentType, body, format);
            case "patch" -> patch(call, target, contentType, body, format);
            case "delete" -> delete(call, target, body);
            case "deletecollection" -> deleteCollection(call, target, body);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    /* What runs in the pods writes nothing. */
    private Reply log(Call call, Target target) {
        if (!call.resource().equals("pods") || !call.verb().equals("get")) throw ApiException.noSuchPath();
        cluster.get(target.main());
        return Reply.text("");
    }

    private Reply list(Call call, Target target, Format format) {
        var snapshot = cluster.store().list(target.type().storeKey(), target.namespace());
        var selector = Selector.of(target.type(), call.param("labelSelector"), call.param("fieldSelector"));
        boolean all = call.param("labelSelector").isEmpty()
                && call.param("fieldSelector").isEmpty();
        List<Stored> matching = all
                ? snapshot.objects()
                : snapshot.objects().stream()
                        .filter(s -> selector.test(Views.of(s.object(), target.type(), target.version())))
                        .toList();
        return page(call, target, format, matching, snapshot.revision());
    }

    /** One page; the continue token is the first page's version and the last key given. */
    private Reply page(Call call, Target target, Format format, List<Stored> all, long revision) {
        var meta = Json.object();
        var rest = all;
        long began = revision;
        if (!call.param("continue").isEmpty()) {
            var token = token(call.param("continue"));
            began = Long.parseLong(token[0]);
            if (!cluster.store().remembers(target.type().storeKey(), began)) {
                throw ApiException.expired(
                        "The provided continue parameter is too old to display a consistent list result."
                                + " You must start a new list without the continue parameter.");
            }
            rest = all.stream()
                    .filter(s -> after(s.object(), token[1], token[2]))
                    .toList();
        }
        meta.put("resourceVersion", Long.toString(began));
        int limit = call.param("limit").matches("[1-9]\\d{0,8}")
                ? Integer.parseInt(call.param("limit"))
                : Integer.MAX_VALUE;
        if (rest.size() > limit) {
            var last = rest.get(limit - 1).object();
            String token = began + "\n" + Json.meta(last, "namespace") + "\n" + Json.meta(last, "name");
            meta.put(
                    "continue",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(StandardCharsets.UTF_8)));
            meta.put("remainingItemCount", rest.size() - limit);
            rest = rest.subList(0, limit);
        }
        return new Reply(200, "application/json", format.list(target, rest, meta, tables), "", 0);
    }

    private static String[] token(String text) {
        try {
            var parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length == 3 && parts[0].matches("\\d{1,18}")) return parts;
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("continue key is not valid: " + e.getMessage());
        }
        throw ApiException.badRequest("continue key is not valid");
    }

    private static boolean after(JsonNode object, String namespace, String name) {
        int order = Json.meta(object, "namespace").compareTo(namespace);
        return order > 0 || (order == 0 && Json.meta(object, "name").compareTo(name) > 0);
    }

    private Reply create(Call call, Target target, String contentType, byte[] body, Format format) {
        if (!target.name().isEmpty()) throw ApiException.methodNotAllowed();
        var created = cluster.create(target, object(contentType, body), write(call));
        return answer(201, target, created, format);
    }

    private Reply update(Call call, Target target, String contentType, byte[] body, Format format) {
        var wanted = object(contentType, body);
        if (target.name().isEmpty()) throw ApiException.methodNotAllowed();
        if (target.type().custom() && Json.meta(wanted, "resourceVersion").isEmpty()) {
            throw ApiException.invalid(
                    target.type(),
                    target.name(),
                    List.of(FieldError.invalid("metadata.resourceVersion", "0x0", "must be specified for an update")));
        }
        return answer(200, target, cluster.change(target, write(call), before -> wanted), format);
    }

    private Reply patch(Call call, Target target, String contentType, byte[] body, Format format) {
        if (target.name().isEmpty()) throw ApiException.methodNotAllowed();
        if (!PATCHES.contains(contentType)) throw ApiException.unsupportedMediaType(PATCHES);
        var patch = Json.parse(body);
        if (contentType.equals("application/apply-patch+yaml")) {
            var applied = apply(call, target, patch);
            return answer(applied.created() ? 201 : 200, target, applied.object(), format);
        }
        var changed = switch (contentType) {
            case "application/json-patch+json" ->
                cluster.change(target, write(call), before -> Patches.json(before, patch));
            case "application/merge-patch+json" ->
                cluster.change(target, write(call), before -> Patches.merge(before, patch));
            default -> {
                if (target.type().custom()) {
                    throw ApiException.unsupportedMediaType(PATCHES.stream()
                            .filter(type -> !type.contains("strategic"))
                            .toList());
                }
                yield cluster.change(
                        target, write(call), before -> StrategicMerge.apply(before, patch, cluster.shape(target)));
            }
        };
        return answer(200, target, changed, format);
    }

    private Cluster.Applied apply(Call call, Target target, JsonNode patch) {
        if (call.param("fieldManager").isEmpty()) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "PatchOptions",
                    "",
                    List.of(FieldError.required("fieldManager", "is required for apply patch")));
        }
        if (patch instanceof ObjectNode configuration) return cluster.apply(target, configuration, write(call));
        throw ApiException.badRequest("error decoding patch: the applied configuration is an object");
    }

    private Reply delete(Call call, Target target, byte[] body) {
        if (!target.subresource().isEmpty()) throw ApiException.methodNotAllowed();
        var last = cluster.deletion()
                .delete(target, deleteOptions(call, body), write(call).dryRun());
        boolean gone = cluster.store().get(cluster.key(target)).isEmpty();
        if (!gone && !write(call).dryRun()) return Reply.of(200, Views.of(last, target.type(), target.version()));
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        var details = status.putObject("details").put("name", target.name());
        if (!target.type().group().isEmpty()) details.put("group", target.type().group());
        details.put("kind", target.type().plural()).put("uid", Json.meta(last, "uid"));
        return Reply.of(200, status);
    }

    private Reply evict(Call call, Target target, byte[] body) {
        boolean possible =
                target.type().groupResource().equals("pods") && call.verb().equals("create");
        if (!possible) throw ApiException.methodNotAllowed();
        var options = Json.parse(body).path("deleteOptions");
        cluster.deletion().delete(target.main(), options, write(call).dryRun());
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        return Reply.of(201, status.put("status", "Success").put("code", 201));
    }

    private Reply deleteCollection(Call call, Target target, byte[] body) {
        var options = deleteOptions(call, body);
        var selector = Selector.of(target.type(), call.param("labelSelector"), call.param("fieldSelector"));
        var deleted = new ArrayList<Stored>();
        for (var stored : cluster.store()
                .list(target.type().storeKey(), target.namespace())
                .objects()) {
            if (!selector.test(Views.of(stored.object(), target.type(), target.version()))) continue;
            var one = target.sibling(Json.meta(stored.object(), "namespace"), Json.meta(stored.object(), "name"));
            if (cluster.store().get(cluster.key(one)).isEmpty()) continue;
            cluster.deletion().delete(one, options, write(call).dryRun());
            deleted.add(stored);
        }
        var meta = Json.object()
                .put("resourceVersion", Long.toString(cluster.store().revision()));
        return new Reply(200, "application/json", Format.OBJECT.list(target, deleted, meta, tables), "", 0);
    }

    private static ObjectNode deleteOptions(Call call, byte[] body) {
        var options = body.length > 0 && Json.parse(body) instanceof ObjectNode told ? told : Json.object();
        if (!call.param("propagationPolicy").isEmpty())
            options.put("propagationPolicy", call.param("propagationPolicy"));
        if (call.flag("orphanDependents")) options.put("orphanDependents", true);
        return options;
    }

    private static Write write(Call call) {
        String dryRun = call.param("dryRun");
        if (!dryRun.isEmpty() && !dryRun.equals("All")) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "CreateOptions",
                    "",
                    List.of(FieldError.unsupported("dryRun", "\"" + dryRun + "\"", "\"All\"")));
        }
        boolean strict = call.param("fieldValidation").equals("Strict");
        return new Write(call.fieldManager(), !dryRun.isEmpty(), call.flag("force"), strict);
    }

    private static ObjectNode object(String contentType, byte[] body) {
        if (!BODIES.contains(contentType)) {
            throw ApiException.unsupportedMediaType(List.of("application/json", "application/yaml"));
        }
        if (Json.parse(body) instanceof ObjectNode object) return object;
        throw ApiException.badRequest("the object provided is unrecognized (must be of type object)");
    }

    private Reply answer(int status, Target target, ObjectNode kept, Format format) {
        var view = Views.of(kept, target.type(), target.version());
        return switch (format) {
            case OBJECT -> Reply.of(status, view);
            case METADATA -> Reply.of(status, Format.metadata(view));
            case TABLE -> Reply.of(status, tables.of(target, List.of(view), Json.object()));
        };
    }
}
