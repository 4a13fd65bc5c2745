package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Who owns which fields of an object. */
public final class ManagedFields {
    private final List<Entry> entries;

    /**
     * One owner.
     *
     * @param operation Apply for server-side apply, Update for every other write
     * @param subresource "" for the object itself
     */
    public record Manager(String name, String operation, String apiVersion, String subresource) {
        boolean applies() {
            return operation.equals("Apply");
        }
    }

    record Entry(Manager manager, String time, FieldSet fields) {
        Entry withFields(FieldSet other, String now) {
            return other.equals(fields) ? this : new Entry(manager, now, other);
        }
    }

    private ManagedFields(List<Entry> entries) {
        this.entries = entries;
    }

    /** What the object's metadata says. */
    static ManagedFields of(JsonNode object) {
        var entries = new ArrayList<Entry>();
        for (var e : object.path("metadata").path("managedFields")) {
            var manager = new Manager(
                    e.path("manager").asText(),
                    e.path("operation").asText(),
                    e.path("apiVersion").asText(),
                    e.path("subresource").asText(""));
            entries.add(new Entry(manager, e.path("time").asText(), FieldSet.ofJson(e.path("fieldsV1"))));
        }
        return new ManagedFields(entries);
    }

    List<Entry> entries() {
        return entries;
    }

    FieldSet fieldsOf(Manager manager) {
        return entries.stream()
                .filter(e -> e.manager().equals(manager))
                .map(Entry::fields)
                .findFirst()
                .orElse(FieldSet.EMPTY);
    }

    /** The same with that owner's fields replaced; an owner of nothing is left out. */
    ManagedFields with(Manager manager, FieldSet fields, String now) {
        var next = new ArrayList<Entry>();
        boolean known = false;
        for (var e : entries) {
            boolean it = e.manager().equals(manager);
            known |= it;
            next.add(it ? e.withFields(fields, now) : e);
        }
        if (!known) next.add(new Entry(manager, now, fields));
        next.removeIf(e -> e.fields().isEmpty());
        return new ManagedFields(next);
    }

    /** The same with every owner's fields changed; those of one owner are left as they are. */
    ManagedFields others(Manager but, UnaryOperator<FieldSet> change) {
        var next = new ArrayList<Entry>();
        for (var e : entries) {
            next.add(e.manager().equals(but) ? e : new Entry(e.manager(), e.time(), change.apply(e.fields())));
        }
        next.removeIf(e -> e.fields().isEmpty());
        return new ManagedFields(next);
    }

    ArrayNode toJson() {
        var array = Json.array();
        for (var e : entries) {
            var json = array.addObject()
                    .put("manager", e.manager().name())
                    .put("operation", e.manager().operation())
                    .put("apiVersion", e.manager().apiVersion());
            if (!e.time().isEmpty()) json.put("time", e.time());
            json.put("fieldsType", "FieldsV1").set("fieldsV1", e.fields().toJson());
            if (!e.manager().subresource().isEmpty())
                json.put("subresource", e.manager().subresource());
        }
        return array;
    }

    /** The managedFields after a write that was not an apply: who writes a field owns it alone. */
    public static ArrayNode afterUpdate(ObjectNode before, ObjectNode after, Manager manager, Shape shape, String now) {
        var difference = Fields.between(before, after, shape);
        var known = of(before)
                .others(manager, fields -> fields.minus(difference.set()).minus(difference.removed()));
        var mine = known.fieldsOf(manager).union(difference.set()).minus(difference.removed());
        return known.with(manager, mine, now).toJson();
    }

    /** The managedFields of an object that is created. */
    public static ArrayNode afterCreate(ObjectNode created, Manager manager, Shape shape, String now) {
        return new ManagedFields(List.of())
                .with(manager, Fields.of(created, shape), now)
                .toJson();
    }
}
