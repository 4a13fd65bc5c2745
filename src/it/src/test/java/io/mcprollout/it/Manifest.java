package io.mcprollout.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One YAML document of the repository.
 *
 * @param origin where it stands, for messages
 * @param body its content
 */
record Manifest(String origin, JsonNode body) {
    /** Root of the repository. */
    static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
            .build());

    /** Kind of a Kubernetes object; empty when it has none. */
    String kind() {
        return body.path("kind").asText();
    }

    /** API group and version; empty when it has none. */
    String apiVersion() {
        return body.path("apiVersion").asText();
    }

    /** Name of a Kubernetes object; empty when it has none. */
    String name() {
        return body.path("metadata").path("name").asText();
    }

    /** The object in this namespace, if it names none and its kind has one. */
    ObjectNode inNamespace(String namespace) {
        ObjectNode object = body.deepCopy();
        boolean everywhere = kind().startsWith("Cluster") || kind().equals("Namespace");
        if (!everywhere && !body.path("metadata").has("namespace")) {
            ((ObjectNode) object.path("metadata")).put("namespace", namespace);
        }
        return object;
    }

    /** Every document of a YAML file, or of all YAML files below a folder, in order of their paths. */
    static List<Manifest> read(String path) {
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve(path))) {
            return files.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .flatMap(file -> parse(REPOSITORY.relativize(file).toString(), content(file)).stream())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Every document of a YAML text. Throws {@link IllegalArgumentException} naming the origin when it is not YAML. */
    static List<Manifest> parse(String origin, String text) {
        List<Manifest> documents = new ArrayList<>();
        try (YAMLParser parser = YAML.getFactory().createParser(text)) {
            YAML.<JsonNode>readValues(parser, JsonNode.class).forEachRemaining(node -> {
                if (!node.isNull() && !node.isMissingNode()) {
                    documents.add(new Manifest(origin, node));
                }
            });
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(origin + " is not YAML: " + broken.getOriginalMessage(), broken);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return List.copyOf(documents);
    }

    /** Text of a file of the repository. */
    static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return origin + " " + kind() + "/" + name();
    }
}
