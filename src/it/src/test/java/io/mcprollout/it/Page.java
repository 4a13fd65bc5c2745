package io.mcprollout.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One page of the documentation, in Markdown.
 *
 * @param file where it stands
 * @param text its content
 */
record Page(Path file, String text) {
    private static final Pattern BLOCK =
            Pattern.compile("^```([^\\n]*)\\n(.*?)^```\\s*$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`[^`\\n]+`");
    private static final Pattern MAKE = Pattern.compile("^`?make ([a-z][a-z0-9-]*)", Pattern.MULTILINE);

    /**
     * A fenced block.
     *
     * @param origin page and first line, for messages
     * @param info what stands behind the opening fence ({@code yaml}, {@code yaml fragment}, {@code sh})
     */
    record Block(String origin, String info, String text) {}

    /** README, changelog, everything below {@code src/site} and the README of every example. */
    static List<Page> all() {
        return Stream.of("README.md", "CHANGELOG.md", "src/site", "deploy")
                .map(Manifest.REPOSITORY::resolve)
                .flatMap(Page::below)
                .filter(file -> file.toString().endsWith(".md"))
                .sorted()
                .map(file -> new Page(file, Manifest.content(file)))
                .toList();
    }

    private static Stream<Path> below(Path start) {
        try (Stream<Path> files = Files.walk(start)) {
            return files.toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Its fenced blocks, in order. */
    List<Block> blocks() {
        return BLOCK.matcher(text)
                .results()
                .map(found -> new Block(this + ":" + line(found), found.group(1).strip(), found.group(2)))
                .toList();
    }

    /** Targets of its links, but for those that leave the repository. */
    List<String> links() {
        return LINK.matcher(prose())
                .results()
                .map(found -> found.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .toList();
    }

    /** Names of the anchors its headings make. */
    Set<String> anchors() {
        return HEADING.matcher(prose())
                .results()
                .map(found -> anchor(found.group(1)))
                .collect(Collectors.toSet());
    }

    /** Makefile targets it tells the reader to run. */
    Set<String> targets() {
        String spans = CODE.matcher(prose()).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        return MAKE.matcher(spans + "\n" + String.join("\n", shell()))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private List<String> shell() {
        return blocks().stream()
                .filter(block -> block.info().startsWith("sh"))
                .map(Block::text)
                .toList();
    }

    private String prose() {
        return BLOCK.matcher(text).replaceAll("");
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }

    private long line(MatchResult found) {
        return text.substring(0, found.start()).lines().count() + 1;
    }

    @Override
    public String toString() {
        return Manifest.REPOSITORY.relativize(file).toString();
    }
}
