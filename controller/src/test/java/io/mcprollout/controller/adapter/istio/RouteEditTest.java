package io.mcprollout.controller.adapter.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of real VirtualServices: {@code in-*.yaml} to {@code out-*.yaml} in the directories {@code hold}, {@code fall}, {@code release}. */
class RouteEditTest {
    static Stream<Path> hold() {
        return inputs("hold");
    }

    static Stream<Path> fall() {
        return inputs("fall");
    }

    static Stream<Path> release() {
        return inputs("release");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void hold(Path file) {
        // Given
        Case before = Case.read(file);

        // When
        ObjectNode after = held(before);

        // Then
        assertGolden(file, after);
        assertThat(before.with(after).fall()).as("twice").isInstanceOf(RouteEdit.Nothing.class);
        assertThat(before.with(after).rise()).as("twice").isInstanceOf(RouteEdit.Nothing.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void fall(Path file) {
        // Given
        Case before = Case.read(file);

        // When
        ObjectNode after = before.after(before.fall());

        // Then
        assertGolden(file, after);
        assertThat(before.with(after).fall()).as("twice").isInstanceOf(RouteEdit.Nothing.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void release(Path file) {
        // Given
        Case before = Case.read(file);

        // When
        ObjectNode after = before.after(RouteEdit.release(before.object()));

        // Then
        assertGolden(file, after);
    }

    /** Not a byte differs but for the weights: the order of fields and rules is part of what belongs to the user. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hold")
    void releaseGivesBackTheText(Path file) {
        // Given
        Case before = Case.read(file).with(withoutOwn(Case.read(file)));

        // When
        Case held = before.with(held(before));
        ObjectNode after = held.after(RouteEdit.release(held.object()));

        // Then
        UnaryOperator<String> withoutWeights = text -> text.replaceAll("\\n *weight: \\d+", "");
        assertThat(withoutWeights.apply(Case.yaml(after))).isEqualTo(withoutWeights.apply(Case.yaml(before.object())));
    }

    @Test
    void everyExpectationIsUsed() throws IOException {
        // When
        List<Path> orphans;
        try (Stream<Path> files = Stream.of("hold", "fall", "release").flatMap(RouteEditTest::list)) {
            orphans = files.filter(file -> !name(file).matches("(in|out)-.*\\.yaml")
                            || !Files.exists(file.resolveSibling(
                                    name(file).startsWith("in-")
                                            ? name(file).replaceFirst("in-", "out-")
                                            : name(file).replaceFirst("out-", "in-"))))
                    .toList();
        }

        // Then
        assertThat(orphans).isEmpty();
    }

    @Test
    void fallTestsNothingButTheVersion() {
        // Given
        Case before = Case.read(directory("fall").resolve("in-back-from-25.yaml"));

        // When
        RouteEdit edit = before.fall();

        // Then
        assertThat(tests(edit)).containsExactly("/metadata/resourceVersion");
    }

    @Test
    void riseTestsRouteAndDestinationsToo() {
        // Given
        Case before = Case.read(directory("hold").resolve("in-rise-to-25.yaml"));

        // When
        RouteEdit edit = before.rise();

        // Then
        assertThat(tests(edit))
                .containsExactlyInAnyOrder(
                        "/metadata/resourceVersion",
                        "/spec/http/3/name",
                        "/spec/http/3/route/0/destination/host",
                        "/spec/http/3/route/0/destination/subset",
                        "/spec/http/3/route/1/destination/host",
                        "/spec/http/3/route/1/destination/subset");
    }

    private static List<String> tests(RouteEdit edit) {
        return edit instanceof RouteEdit.Change change
                ? change.operations()
                        .valueStream()
                        .filter(operation -> operation.path("op").asText().equals("test"))
                        .map(operation -> operation.path("path").asText())
                        .toList()
                : List.of();
    }

    private static ObjectNode held(Case before) {
        Case lowered = before.with(before.after(before.fall()));
        return lowered.after(lowered.rise());
    }

    private static ObjectNode withoutOwn(Case file) {
        return file.after(RouteEdit.release(file.object()));
    }

    private static void assertGolden(Path input, ObjectNode after) {
        Path expected = input.resolveSibling(name(input).replaceFirst("in-", "out-"));
        if (Boolean.getBoolean("golden.update")) {
            write(input, after);
        }
        assertThat(expected).exists();
        assertThat(Case.yaml(after)).isEqualTo(Case.yaml(Case.read(expected).object()));
    }

    private static void write(Path input, ObjectNode after) {
        try {
            Path source = Path.of("src/test/resources/io/mcprollout/controller/adapter/istio")
                    .resolve(input.getName(input.getNameCount() - 2))
                    .resolve(name(input).replaceFirst("in-", "out-"));
            Files.writeString(source, Case.yaml(after));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Stream<Path> inputs(String directory) {
        return list(directory).filter(file -> name(file).startsWith("in-"));
    }

    private static Stream<Path> list(String directory) {
        try (Stream<Path> files = Files.list(directory(directory))) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path directory(String name) {
        try {
            return Path.of(java.util.Objects.requireNonNull(RouteEditTest.class.getResource(name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
