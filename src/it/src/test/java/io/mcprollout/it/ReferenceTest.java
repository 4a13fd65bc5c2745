package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The field reference says what the shipped CRDs say; {@code -Ddocs.update} rewrites it. */
class ReferenceTest {
    @ParameterizedTest
    @CsvSource({"mcprollouts, mcprollout.md", "mcprolloutpolicies, mcprolloutpolicy.md"})
    void listsEveryFieldOfTheCrd(String plural, String file) throws IOException {
        // Given
        Manifest crd =
                Manifest.read("deploy/crds/" + plural + ".mcprollout.io-v1.yml").getFirst();
        Path page = Manifest.REPOSITORY.resolve("src/site/reference").resolve(file);

        // When
        String written = new FieldReference(crd).page();
        if (System.getProperty("docs.update") != null) {
            Files.writeString(page, written);
        }

        // Then
        assertThat(page).as("run make crds").hasContent(written);
    }
}
