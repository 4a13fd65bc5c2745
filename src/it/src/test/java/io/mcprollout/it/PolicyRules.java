package io.mcprollout.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;

/** What makes the decision engine pure: its rules below one root package. */
final class PolicyRules {
    private static final Set<String> IMPURE = Set.of(
            "now",
            "nanoTime",
            "currentTimeMillis",
            "random",
            "getenv",
            "getProperty",
            "randomUUID",
            "identityHashCode");

    private final String policy;

    PolicyRules(String root) {
        policy = root + ".policy";
    }

    /** All rules about {@code policy..}. */
    List<ArchitectureRule> all() {
        return List.of(
                new ArchitectureRule(
                        "policy depends on itself and small parts of the JDK only", selfContained(), "Framework"),
                new ArchitectureRule(
                        "policy calls nothing that answers differently twice", deterministic(), "TellsTime"),
                new ArchitectureRule(
                        "policy touches no threads, files, sockets or clocks", noOutsideWorld(), "Concurrent"),
                new ArchitectureRule("policy fields are final", finalFields(), "Mutable"),
                new ArchitectureRule("policy types are final, sealed or functions", closedTypes(), "Open"),
                new ArchitectureRule("policy packages keep their order", order(), "Upward"));
    }

    private ArchRule selfContained() {
        return classes()
                .that()
                .resideInAPackage(policy + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        policy + "..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.math..",
                        "java.nio.charset",
                        "org.jspecify.annotations");
    }

    private ArchRule deterministic() {
        return noClasses()
                .that()
                .resideInAPackage(policy + "..")
                .should()
                .accessTargetWhere(describe("answers differently twice", PolicyRules::isImpure));
    }

    private static boolean isImpure(JavaAccess<?> access) {
        return access.getTargetOwner().getPackageName().startsWith("java.") && IMPURE.contains(access.getName());
    }

    private ArchRule noOutsideWorld() {
        DescribedPredicate<JavaClass> outside = resideInAnyPackage(
                        "java.util.concurrent..",
                        "java.util.logging..",
                        "java.io..",
                        "java.net..",
                        "java.nio",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.lang.reflect..")
                .or(describe(
                        "clocks, random sources, threads and processes",
                        type -> Set.of(
                                        "java.time.Clock",
                                        "java.time.InstantSource",
                                        "java.util.Random",
                                        "java.util.SplittableRandom",
                                        "java.util.Timer",
                                        "java.lang.Thread",
                                        "java.lang.Process",
                                        "java.lang.ProcessBuilder",
                                        "java.lang.Runtime",
                                        "java.lang.System$Logger")
                                .contains(type.getName())));
        return noClasses().that().resideInAPackage(policy + "..").should().dependOnClassesThat(outside);
    }

    private ArchRule finalFields() {
        return fields().that()
                .areDeclaredInClassesThat()
                .resideInAPackage(policy + "..")
                .should()
                .beFinal();
    }

    private ArchRule closedTypes() {
        return classes()
                .that()
                .resideInAPackage(policy + "..")
                .and()
                .areNotAnonymousClasses()
                .should(beClosed());
    }

    private static ArchCondition<JavaClass> beClosed() {
        return new ArchCondition<>("be final, sealed or a function") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean closed = type.getModifiers().contains(JavaModifier.FINAL)
                        || type.reflect().isSealed()
                        || type.isAnnotatedWith(FunctionalInterface.class)
                        || type.getSimpleName().equals("package-info");
                events.add(new SimpleConditionEvent(
                        type, closed, type.getName() + " is neither final nor sealed nor a function"));
            }
        };
    }

    private ArchRule order() {
        return layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(policy + "..")
                .withOptionalLayers(true)
                .layer("rollout")
                .definedBy(policy + ".rollout..")
                .layer("gate")
                .definedBy(policy + ".gate..")
                .layer("stats")
                .definedBy(policy + ".stats..")
                .layer("evidence")
                .definedBy(policy + ".evidence..")
                .layer("contract")
                .definedBy(policy + ".contract..")
                .layer("traffic")
                .definedBy(policy + ".traffic..")
                .whereLayer("rollout")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("gate")
                .mayOnlyBeAccessedByLayers("rollout")
                .whereLayer("stats")
                .mayOnlyBeAccessedByLayers("rollout", "gate")
                .whereLayer("evidence")
                .mayOnlyBeAccessedByLayers("rollout", "gate", "stats")
                .whereLayer("contract")
                .mayOnlyBeAccessedByLayers("rollout", "gate")
                .whereLayer("traffic")
                .mayOnlyBeAccessedByLayers("rollout", "gate", "stats", "evidence");
    }
}
