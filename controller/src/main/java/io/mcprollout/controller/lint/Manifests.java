package io.mcprollout.controller.lint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mcprollout.controller.port.Advice.Ref;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * All objects of some files.
 *
 * @param all in the order in which they were found
 * @param problems files that could not be read, as sentences
 */
record Manifests(List<Manifest> all, List<String> problems) {
    /* Two documents without a line of dashes between them would be one, of which half is lost. */
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

    Manifests {
        all = List.copyOf(all);
        problems = List.copyOf(problems);
    }

    /** Reads files, all YAML and JSON files below folders, and standard input for {@code -}. */
    static Manifests read(List<String> paths, InputStream input) {
        List<Manifest> all = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String path : paths) {
            try {
                if (path.equals("-")) {
                    parse("stdin", new String(input.readAllBytes(), StandardCharsets.UTF_8), all, problems);
                    continue;
                }
                for (Path file : files(Path.of(path))) {
                    parse(file.toString(), Files.readString(file), all, problems);
                }
            } catch (IOException e) {
                problems.add(path + " cannot be read: " + e.getMessage());
            }
        }
        return new Manifests(all, problems);
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.walk(path)) {
            return below.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches(".+\\.(ya?ml|json)"))
                    .sorted()
                    .toList();
        }
    }

    private static void parse(String file, String text, List<Manifest> all, List<String> problems) {
        try (MappingIterator<JsonNode> values = YAML.readerFor(JsonNode.class).readValues(text)) {
            List<JsonNode> documents = values.readAll();
            List<Node> trees = new ArrayList<>();
            new Yaml(new LoaderOptions())
                    .composeAll(new java.io.StringReader(text))
                    .forEach(trees::add);
            for (int i = 0; i < documents.size(); i++) {
                add(file, documents.get(i), Lines.of(i < trees.size() ? trees.get(i) : null), all);
            }
        } catch (IOException | YAMLException e) {
            String said = e.getMessage() == null
                    ? ""
                    : e.getMessage().lines().findFirst().orElse("");
            problems.add(file + " is not YAML: " + said
                    + "; a template must be rendered first, such as by helm template or kustomize build");
        }
    }

    private static void add(String file, JsonNode document, Lines lines, List<Manifest> all) {
        if (!(document instanceof ObjectNode object)) {
            return;
        }
        if (object.path("kind").asText().endsWith("List") && object.path("items") instanceof ArrayNode items) {
            for (int i = 0; i < items.size(); i++) {
                add(file, items.get(i), lines.below("items[" + i + "]"), all);
            }
        } else if (object.has("kind")) {
            all.add(new Manifest(file, object, lines::of));
        }
    }

    /** Those of a kind. */
    List<Manifest> ofKind(String group, String kind) {
        return all.stream()
                .filter(manifest ->
                        manifest.kind().equals(kind) && manifest.group().equals(group))
                .toList();
    }

    /** One of a kind. */
    Optional<Manifest> find(String group, String kind, String namespace, String name) {
        return ofKind(group, kind).stream()
                .filter(manifest -> manifest.namespace().equals(namespace)
                        && manifest.name().equals(name))
                .findFirst();
    }

    /** The first with that name. */
    Optional<Manifest> find(Ref object) {
        return all.stream().filter(manifest -> manifest.ref().equals(object)).findFirst();
    }
}
