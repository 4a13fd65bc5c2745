package io.mcprollout.sandbox.kube.store;

import io.mcprollout.sandbox.kube.model.Column;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import io.mcprollout.sandbox.kube.model.Served;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A type being described. */
final class TypeDraft {
    private static final Column AGE = Column.of("Age", "date", ".metadata.creationTimestamp");

    private final String group;
    private final String version;
    private final String plural;
    private final String kind;
    private final List<String> shortNames;
    private final List<Column> columns = new ArrayList<>();
    private String storeKey;
    private String singular;
    private List<String> categories = List.of();
    private Set<String> fields = Set.of();
    private boolean namespaced = true;
    private boolean status;
    private boolean generation;
    private boolean scale;
    private boolean age = true;

    TypeDraft(String group, String version, String plural, String kind, List<String> shortNames) {
        this.group = group;
        this.version = version;
        this.plural = plural;
        this.kind = kind;
        this.shortNames = shortNames;
        this.storeKey = group.isEmpty() ? plural : plural + "." + group;
        this.singular = kind.toLowerCase(Locale.ROOT);
    }

    TypeDraft cluster() {
        namespaced = false;
        return this;
    }

    TypeDraft status() {
        status = true;
        return this;
    }

    TypeDraft generation() {
        generation = true;
        return this;
    }

    TypeDraft scale() {
        scale = true;
        return this;
    }

    TypeDraft noAge() {
        age = false;
        return this;
    }

    TypeDraft singular(String name) {
        singular = name;
        return this;
    }

    TypeDraft keptAs(String key) {
        storeKey = key;
        return this;
    }

    TypeDraft categories(String... names) {
        categories = List.of(names);
        return this;
    }

    TypeDraft fields(String... paths) {
        return fields(Set.of(paths));
    }

    TypeDraft fields(Set<String> paths) {
        fields = paths;
        return this;
    }

    TypeDraft columns(Column... more) {
        columns.addAll(List.of(more));
        return this;
    }

    ResourceType done() {
        if (age) columns.add(AGE);
        var scalePaths = Json.object();
        if (scale) {
            scalePaths
                    .put("specReplicasPath", ".spec.replicas")
                    .put("statusReplicasPath", ".status.replicas")
                    .put("labelSelectorPath", ".spec.selector");
        }
        var served = new Served(version, Json.object(), List.copyOf(columns), scalePaths, false);
        return new ResourceType(
                group,
                plural,
                singular,
                kind,
                shortNames,
                categories,
                namespaced,
                storeKey,
                status,
                generation,
                false,
                List.of(served),
                version,
                fields);
    }
}
