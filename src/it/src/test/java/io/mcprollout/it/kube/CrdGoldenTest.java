package io.mcprollout.it.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcprollout.it.Shipped;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API server says of resources, by the shipped CRDs: {@code valid-*.yaml} are accepted, {@code invalid-*.yaml} are refused with
 * exactly the messages in their leading comments.
 */
class CrdGoldenTest {
    private static final Path GOLDENS = Path.of("src/test/resources/crd");
    private static final String EXPECTED = "# expected: ";
    private static final KubeApi API = KubeApi.start();

    @BeforeAll
    static void install() {
        Shipped.crds(API);
    }

    @AfterAll
    static void stop() {
        API.close();
    }

    static Stream<Path> valid() {
        return goldens("valid-");
    }

    static Stream<Path> invalid() {
        return goldens("invalid-");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void accepts(Path golden) {
        // Given
        String resource = read(golden);
        // When
        var applied = assertThatCode(() -> API.apply(resource));
        // Then
        applied.doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesWithEveryReason(Path golden) {
        // Given
        String resource = read(golden);
        List<String> expected = resource.lines()
                .filter(line -> line.startsWith(EXPECTED))
                .map(line -> line.substring(EXPECTED.length()))
                .toList();
        // When
        ApiException refused = catchThrowableOfType(ApiException.class, () -> API.apply(resource));
        // Then
        assertThat(expected).as("a golden says what it expects").isNotEmpty();
        assertThat(refused).as("accepted although it should not be").isNotNull();
        assertThat(refused.getMessage()).contains(expected);
        assertThat(reasons(refused)).as(refused.getMessage()).isEqualTo(expected.size());
    }

    @Test
    void usesEveryFile() {
        // When
        Stream<Path> unused = list().filter(
                        path -> !path.getFileName().toString().startsWith("valid-")
                                && !path.getFileName().toString().startsWith("invalid-"));
        // Then
        assertThat(unused).isEmpty();
        assertThat(valid()).isNotEmpty();
    }

    @Test
    void fillsInWhatIsLeftOut() {
        // When
        var stored = API.apply(read(GOLDENS.resolve("valid-minimal.yaml"))).getFirst();
        // Then
        assertThat(stored.at("/spec/policy/preset").asText()).isEqualTo("standard");
        assertThat(stored.at("/spec/mode").asText()).isEqualTo("Active");
        assertThat(stored.at("/spec/preflight/hold").asText()).isEqualTo("30s");
        assertThat(stored.at("/spec/promotion/mode").asText()).isEqualTo("Auto");
        assertThat(stored.at("/spec/evidence/probes/0/mcp/timeout").asText()).isEqualTo("5s");
        assertThat(stored.at("/spec/workloads/stable/kind").asText()).isEqualTo("Deployment");
    }

    /* The API server puts several reasons into brackets, one after the other; each names its field first. */
    private static int reasons(ApiException refused) {
        return (int) java.util.regex.Pattern.compile(
                        "spec(\\.[a-zA-Z]+(\\[[^]]*])?)*: (Invalid value|Required value|Duplicate value|Unsupported value|Too many|Too long)")
                .matcher(refused.getMessage())
                .results()
                .count();
    }

    private static Stream<Path> goldens(String prefix) {
        return list().filter(path -> path.getFileName().toString().startsWith(prefix));
    }

    private static Stream<Path> list() {
        try (Stream<Path> files = Files.list(GOLDENS)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
