package io.mcprollout.sandbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZonesFolderTest {

    @TempDir
    private Path temp;

    @BeforeEach
    void zones() throws IOException {
        Files.createDirectories(temp.resolve("whole/Europe"));
        Files.writeString(temp.resolve("whole/Europe/Berlin"), "CET");
        Files.writeString(temp.resolve("whole/UTC"), "UTC");
    }

    @Test
    void aCopyLosesAllButUtc() {
        // Given
        ZonesFolder zones = ZonesFolder.copy(temp.resolve("whole"), temp.resolve("copy"));

        // When
        zones.lose();

        // Then
        assertThat(temp.resolve("copy"))
                .isDirectoryNotContaining("glob:**/Europe")
                .isDirectoryContaining("glob:**/UTC");
        assertThat(temp.resolve("whole/Europe/Berlin")).exists();
    }

    @Test
    void aCopyIsWholeAgainWhateverWasThere() {
        // Given
        ZonesFolder.copy(temp.resolve("whole"), temp.resolve("copy")).lose();

        // When
        ZonesFolder again = ZonesFolder.copy(temp.resolve("whole"), temp.resolve("copy"));

        // Then
        assertThat(again.path().resolve("Europe/Berlin")).hasContent("CET");
    }
}
