package io.mcprollout.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagedControllerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path app;

    @BeforeEach
    void packageTheFake() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeController.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Path.of("target/test-classes").toAbsolutePath().toUri().toString());
        try (var jar = new JarOutputStream(Files.newOutputStream(app.resolve("quarkus-run.jar")), manifest)) {
            jar.finish();
        }
    }

    @Test
    void tellsHowLongItTookToBeReady() {
        // Given
        try (PackagedController controller = PackagedController.start(launch("ready"))) {

            // When
            Duration took = controller.awaitReady(LIMIT);

            // Then
            assertThat(took).isPositive().isLessThan(LIMIT);
            assertThat(controller.get("/hello"))
                    .hasValueSatisfying(
                            answer -> assertThat(answer.statusCode()).isEqualTo(200));
            assertThat(controller.residentBytes()).isBetween(10L << 20, 1L << 30);
        }
    }

    @Test
    void showsTheLogOfOneThatDied() {
        // Given
        try (PackagedController controller = PackagedController.start(launch("dead"))) {

            // Then
            assertThatThrownBy(() -> controller.awaitReady(LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ended with 1")
                    .hasMessageContaining("no API server");
        }
    }

    @Test
    void givesUpOnOneThatNeverBecomesReady() {
        // Given
        try (PackagedController controller = PackagedController.start(launch("unready"))) {

            // Then
            assertThatThrownBy(() -> controller.awaitReady(Duration.ofSeconds(2)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("still running");
        }
    }

    @Test
    void endsWhenClosed() {
        // Given
        PackagedController controller = PackagedController.start(launch("ready"));
        controller.awaitReady(LIMIT);

        // When
        controller.close();

        // Then
        assertThat(controller.isAlive()).isFalse();
    }

    private Launch launch(String fake) {
        return Launch.against(app, "http://127.0.0.1:1", app.resolve("controller.log"))
                .with("fake", fake)
                .withFlags(List.of("-Xmx64m"));
    }
}
