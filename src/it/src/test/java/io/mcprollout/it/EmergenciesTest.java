package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.sandbox.process.PackagedController;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of the page for 3 a.m., run as it is written by the real kubectl, with a packaged controller that obeys. */
class EmergenciesTest {
    private static final Page PAGE = new Page(
            Manifest.REPOSITORY.resolve("src/site/guides/emergencies.md"),
            Manifest.content(Manifest.REPOSITORY.resolve("src/site/guides/emergencies.md")));
    private static final String ABOUT = "NS=demo ROLLOUT=mcp-server VIRTUALSERVICE=mcp-server\n";

    private final DemoBed demo = new DemoBed("deploy/kustomize/cluster");
    private final PackagedController controller;
    private final Shell shell;

    EmergenciesTest(@TempDir Path folder) {
        shell = new Shell(demo.bed.kube(), folder);
        Manifest.read("deploy/kustomize/base/deployment.yaml")
                .forEach(manifest -> demo.bed.kube().apply(manifest.inNamespace("demo")));
        demo.secure();
        controller = PackagedController.start(demo.launch("emergencies"));
    }

    @BeforeEach
    void ready() {
        controller.awaitReady(DemoBed.LIMIT);
        demo.awaitPhase("Idle");
    }

    @AfterEach
    void stop() {
        controller.close();
        demo.close();
    }

    @Test
    void everyCommandDoesWhatThePageSays() {
        // Given
        List<String> sections = sections();
        String seen = run("What is going on");
        demo.release("1.1");
        demo.awaitWeight(10);

        // When
        run("Send it back now");
        demo.awaitPhase("RolledBack");
        run("Try again");
        demo.awaitPhase("Promoted");
        String promoted = revision();
        run("It was promoted, and only now it shows");
        await("undone")
                .atMost(DemoBed.LIMIT)
                .until(() -> isAgain("Promoted") && !revision().equals(promoted));
        demo.release("1.2");
        demo.awaitPhase("Preparing");
        run("The fix must go out now");
        List<Integer> weights = weightsUntilPromoted();
        String running = run("The controller is down, or may not write", 0);
        demo.release("1.3");
        demo.awaitWeight(10);
        run("The controller is down, or may not write", 1);
        demo.awaitPhase("RolledBack");
        String lowered = demo.rollout().at("/status/rollbackCause").asText();
        demo.release("1.4");
        demo.awaitWeight(10);
        List<String> modes = lines("Stand still, or let go");
        sh(modes.get(0));
        awaitReason("Paused");
        sh(modes.get(1));
        awaitReason("Unmanaged");
        sh(modes.get(2));
        awaitReason("AdoptionAmbiguous");
        run("Nobody knows which version is stable");
        demo.awaitPhase("Idle");
        demo.awaitWeight(0);

        // Then
        assertThat(sections)
                .containsExactly(
                        "What is going on",
                        "Send it back now",
                        "It was promoted, and only now it shows",
                        "The fix must go out now",
                        "Nobody knows which version is stable",
                        "Stand still, or let go",
                        "The controller is down, or may not write",
                        "Try again");
        assertThat(seen).contains("mcp-server").contains("Idle");
        assertThat(weights).doesNotContain(25, 50);
        assertThat(running).contains("virtualservice.networking.istio.io/mcp-server patched");
        assertThat(demo.bed
                        .kube()
                        .get("virtualservices.networking.istio.io", "demo", "mcp-server")
                        .orElseThrow()
                        .at("/metadata/annotations/check")
                        .isMissingNode())
                .isTrue();
        assertThat(lowered).startsWith("LoweredByHand");
    }

    private static List<String> sections() {
        return Pattern.compile("^## (.+)$", Pattern.MULTILINE)
                .matcher(PAGE.text())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private boolean isAgain(String phase) {
        return demo.rollout().at("/status/phase").asText().equals(phase);
    }

    private String revision() {
        return demo.rollout().at("/status/revision").asText();
    }

    private void awaitReason(String reason) {
        await(reason)
                .atMost(DemoBed.LIMIT)
                .until(() -> demo.rollout()
                        .at("/status/conditions")
                        .findValuesAsText("reason")
                        .contains(reason));
    }

    private List<Integer> weightsUntilPromoted() {
        java.util.Set<Integer> weights = new java.util.TreeSet<>();
        await("promoted")
                .atMost(DemoBed.LIMIT)
                .pollInterval(java.time.Duration.ofMillis(20))
                .until(() -> {
                    weights.add(demo.weight());
                    return isAgain("Promoted");
                });
        return List.copyOf(weights);
    }

    private String run(String section) {
        return run(section, 0);
    }

    private String run(String section, int block) {
        return sh(blocks(section).get(block));
    }

    private String sh(String script) {
        return shell.run(ABOUT + script);
    }

    private static List<String> lines(String section) {
        return blocks(section).getFirst().lines().toList();
    }

    private static List<String> blocks(String section) {
        int start = PAGE.text().indexOf("\n## " + section + "\n");
        int end = PAGE.text().indexOf("\n## ", start + 1);
        String text = PAGE.text().substring(start, end < 0 ? PAGE.text().length() : end);
        return new Page(PAGE.file(), text)
                .blocks().stream()
                        .filter(block -> block.info().equals("sh"))
                        .map(Page.Block::text)
                        .toList();
    }
}
