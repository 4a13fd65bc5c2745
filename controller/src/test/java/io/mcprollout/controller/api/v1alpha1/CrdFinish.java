package io.mcprollout.controller.api.v1alpha1;

import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the generator has no annotation for: reading order of columns, keyed lists, the category and the number of the schema. */
final class CrdFinish implements CRDPostProcessor {
    private static final List<String> COLUMNS = List.of(
            "Phase", "Step", "Weight", "Verdict", "Revision", "Candidate", "Harm budget", "Deadline", "Age", "Message");

    @Override
    public HasMetadata process(HasMetadata generated, String crdSpecVersion) {
        var crd = (CustomResourceDefinition) generated;
        crd.getMetadata().setAnnotations(Map.of(CrdSchema.ANNOTATION, Integer.toString(CrdSchema.NUMBER)));
        crd.getSpec().getNames().setCategories(List.of("mcprollout"));
        for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
            version.getAdditionalPrinterColumns().sort(Comparator.comparingInt(CrdFinish::place));
            JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
            if (crd.getSpec().getNames().getKind().equals(McpRollout.KIND)) {
                root.setRequired(List.of("spec"));
                JSONSchemaProps probes = keyed(root, "name", "spec", "evidence", "probes");
                keyed(root, "name", "spec", "evidence", "mesh");
                JSONSchemaProps call = at(probes.getItems().getSchema(), "mcp", "tools", "call");
                at(call.getItems().getSchema(), "arguments").setType("object");
                keyed(root, "name", "spec", "traffic", "istio", "virtualServices");
                JSONSchemaProps conditions = keyed(root, "type", "status", "conditions");
                conditions
                        .getItems()
                        .getSchema()
                        .setRequired(List.of("type", "status", "reason", "message", "lastTransitionTime"));
            }
        }
        return crd;
    }

    private static int place(CustomResourceColumnDefinition column) {
        int place = COLUMNS.indexOf(column.getName());
        if (place < 0) {
            throw new IllegalStateException("no place for the column " + column.getName() + "; add it to COLUMNS");
        }
        return place;
    }

    private static JSONSchemaProps keyed(JSONSchemaProps root, String key, String... path) {
        JSONSchemaProps list = at(root, path);
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
        return list;
    }

    private static JSONSchemaProps at(JSONSchemaProps root, String... path) {
        JSONSchemaProps found = root;
        for (String name : path) {
            found = Objects.requireNonNull(found.getProperties().get(name), name);
        }
        return found;
    }
}
