package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation shows can be used as it stands. */
class DocsTest {
    static Stream<Page> pages() {
        return Page.all().stream();
    }

    static Stream<Page.Block> yaml() {
        return pages().flatMap(page -> page.blocks().stream())
                .filter(block -> block.info().startsWith("yaml"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void linksLeadSomewhere(Page page) {
        // When
        List<String> dead = page.links().stream()
                .filter(link -> !leadsSomewhere(page, link))
                .toList();

        // Then
        assertThat(dead).isEmpty();
    }

    @Test
    void noticesADeadLink() {
        // Given
        Page page = new Page(
                Manifest.REPOSITORY.resolve("README.md"), "# A b\n[x](nowhere.md) [y](#a-b) [z](#c) [u](LICENSE)");

        // When
        List<String> dead = page.links().stream()
                .filter(link -> !leadsSomewhere(page, link))
                .toList();

        // Then
        assertThat(dead).containsExactly("nowhere.md", "#c");
    }

    @Test
    void namesOnlyMakeTargetsThatExist() {
        // Given
        String makefile = Manifest.content(Manifest.REPOSITORY.resolve("Makefile"));
        List<String> targets = Pattern.compile("^([a-z][a-z0-9-]*):", Pattern.MULTILINE)
                .matcher(makefile)
                .results()
                .map(found -> found.group(1))
                .toList();

        // When
        List<String> named =
                pages().flatMap(page -> page.targets().stream()).distinct().toList();

        // Then
        assertThat(targets).contains("demo", "test", "e2e", "bench", "image", "crds", "format", "help");
        assertThat(named).contains("demo", "test").isSubsetOf(targets);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("yaml")
    void yamlIsWhole(Page.Block block) {
        // Given
        boolean fragment = block.info().equals("yaml fragment");

        // When
        List<Manifest> documents = Manifest.parse(block.origin(), block.text());

        // Then
        assertThat(block.info()).isIn("yaml", "yaml fragment");
        assertThat(documents).isNotEmpty().allSatisfy(document -> {
            if (!fragment) {
                assertThat(document.apiVersion()).as("apiVersion").isNotEmpty();
                assertThat(document.kind()).as("kind").isNotEmpty();
            }
        });
    }

    @Test
    void yamlIsAcceptedByTheApiServer() {
        // When
        List<String> problems = new ArrayList<>();
        try (Served served = new Served()) {
            yaml().filter(block -> block.info().equals("yaml"))
                    .flatMap(block -> Manifest.parse(block.origin(), block.text()).stream())
                    .forEach(manifest -> served.problem(manifest).ifPresent(problems::add));
        }

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void noticesYamlThatTheApiServerRefusesOrPrunes() {
        // Given
        String readme = Manifest.content(Manifest.REPOSITORY.resolve("README.md"));
        Page wrong = new Page(Manifest.REPOSITORY.resolve("README.md"), readme.replace("weight: 50", "weight: 20"));
        Page typo = new Page(Manifest.REPOSITORY.resolve("README.md"), readme.replace("tools:", "tolls:"));

        // When
        List<String> problems = new ArrayList<>();
        try (Served served = new Served()) {
            Stream.of(wrong, typo)
                    .flatMap(page -> page.blocks().stream())
                    .filter(block -> block.info().equals("yaml"))
                    .flatMap(block -> Manifest.parse(block.origin(), block.text()).stream())
                    .forEach(manifest -> served.problem(manifest).ifPresent(problems::add));
        }

        // Then
        assertThat(problems).hasSize(2);
        assertThat(problems.get(0)).contains("strictly increase");
        assertThat(problems.get(1)).contains("no such field: [.spec.evidence.probes[0].mcp.tolls");
    }

    @Test
    void theIndexOfDecisionsIsComplete() {
        // Given
        Path records = Manifest.REPOSITORY.resolve("src/site/adr");
        String index = Manifest.content(records.resolve("README.md"));

        // When
        List<String> files = Stream.of(records.toFile().list())
                .filter(name -> name.matches("\\d{4}-.*\\.md"))
                .sorted()
                .toList();

        // Then
        assertThat(files)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }

    private static boolean leadsSomewhere(Page page, String link) {
        String path = link.replaceFirst("#.*", "");
        String anchor = link.contains("#") ? link.substring(link.indexOf('#') + 1) : "";
        Path target = page.file().resolveSibling(path);
        if (!path.isEmpty() && !Files.exists(target)) {
            return false;
        }
        Page there = path.isEmpty() || anchor.isEmpty() ? page : new Page(target, Manifest.content(target));
        return anchor.isEmpty() || there.anchors().contains(anchor);
    }
}
