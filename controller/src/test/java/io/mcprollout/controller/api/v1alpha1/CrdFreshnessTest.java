package io.mcprollout.controller.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped CRDs are what the API types say; {@code -Dcrds.update} rewrites them. */
class CrdFreshnessTest {
    private static final Path SHIPPED = Path.of("../deploy/crds");

    @ParameterizedTest
    @ValueSource(strings = {"mcprollouts", "mcprolloutpolicies"})
    void theShippedCrdIsWhatTheTypesSay(String plural, @TempDir Path temporary) throws IOException {
        // Given
        Path target = System.getProperty("crds.update") == null ? temporary : Files.createDirectories(SHIPPED);
        String name = plural + ".mcprollout.io-v1.yml";
        // When
        new CRDGenerator()
                .customResourceClasses(McpRollout.class, McpRolloutPolicy.class)
                .withPostProcessor(new CrdFinish())
                .forCRDVersions("v1")
                .inOutputDir(target.toFile())
                .detailedGenerate();
        // Then
        assertThat(SHIPPED.resolve(name)).as("run make crds").hasSameTextualContentAs(target.resolve(name));
    }
}
