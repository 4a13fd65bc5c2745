package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every class but the loops that JMH writes keeps the rules of the architecture, and each rule is able to say no. */
class ArchitectureTest {
    private static final String ROOT = "io.mcprollout";
    private static final String FIXTURE = "io.mcprollout.fixture";

    private static final JavaClasses BUILT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/jmh_generated/"))
            .importPackages(ROOT);
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(FIXTURE);

    static Stream<ArchitectureRule> rulesOfTheBuild() {
        return rules(ROOT);
    }

    static Stream<ArchitectureRule> rulesOfTheFixture() {
        return rules(FIXTURE);
    }

    private static Stream<ArchitectureRule> rules(String root) {
        return Stream.of(new PolicyRules(root).all(), new ControllerRules(root).all(), new HabitRules(root).all())
                .flatMap(List::stream);
    }

    @Test
    void readsTheReleasedModules() {
        // When
        List<String> packages =
                BUILT.stream().map(type -> type.getPackageName()).distinct().toList();

        // Then
        assertThat(packages)
                .contains("io.mcprollout.policy.rollout", "io.mcprollout.controller.port", "io.mcprollout.sandbox")
                .noneMatch(name -> name.startsWith(FIXTURE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rulesOfTheBuild")
    void holds(ArchitectureRule rule) {
        // When
        EvaluationResult result = rule.rule().evaluate(BUILT);

        // Then
        assertThat(result.getFailureReport().getDetails()).as(rule.name()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rulesOfTheFixture")
    void rejectsItsFixture(ArchitectureRule rule) {
        // When
        EvaluationResult result = rule.rule().evaluate(BROKEN);

        // Then
        assertThat(String.join("\n", result.getFailureReport().getDetails()))
                .as(rule.name())
                .contains(rule.culprit());
    }
}
