package io.mcprollout.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** Habits that hold in every module: its rules below one root package. */
final class HabitRules {
    private static final Set<String> WALL_CLOCKS =
            Set.of("now", "currentTimeMillis", "systemUTC", "systemDefaultZone", "system");

    private final String root;

    HabitRules(String root) {
        this.root = root;
    }

    /** All rules about every class of ours. */
    List<ArchitectureRule> all() {
        return List.of(
                new ArchitectureRule("no class is a Util, Helper, Manager or Impl", names(), "ThingHelper"),
                new ArchitectureRule("standard streams belong to the sandbox's console", streams(), "Prints"),
                new ArchitectureRule("dependencies come by constructor", constructorInjection(), "InjectsField"),
                new ArchitectureRule("thrown exceptions have a meaning", meaningfulExceptions(), "ThrowsGeneric"),
                new ArchitectureRule("java.util.logging is not used", logging(), "LogsToJul"),
                new ArchitectureRule("the wall clock is read in app only", wallClock(), "ReadsWallClock"),
                new ArchitectureRule("every package is null-marked", nullMarked(), "Unmarked"));
    }

    private ArchRule names() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .haveNameMatching(".*[a-z](Utils?|Helpers?|Managers?|Impl)");
    }

    private ArchRule streams() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and(describe("are not the sandbox's console", type -> !isConsole(type)))
                .should(ACCESS_STANDARD_STREAMS);
    }

    private boolean isConsole(JavaClass type) {
        return type.getPackageName().startsWith(root + ".sandbox")
                && (type.getName().contains("Console") || type.getSimpleName().endsWith("Main"));
    }

    private ArchRule constructorInjection() {
        return noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .should()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty");
    }

    private ArchRule meaningfulExceptions() {
        return noClasses().that().resideInAPackage(root + "..").should(THROW_GENERIC_EXCEPTIONS);
    }

    private ArchRule logging() {
        return noClasses().that().resideInAPackage(root + "..").should(USE_JAVA_UTIL_LOGGING);
    }

    private ArchRule wallClock() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".policy..", root + ".controller..")
                .and()
                .resideOutsideOfPackage(root + ".controller.app..")
                .should()
                .accessTargetWhere(describe("reads the wall clock", HabitRules::readsWallClock));
    }

    /* Clock.instant() is the allowed way: the clock was given. Instant.now(clock) would hide that and is refused too. */
    private static boolean readsWallClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return (owner.startsWith("java.time.") || owner.equals("java.lang.System"))
                && WALL_CLOCKS.contains(access.getName());
    }

    private ArchRule nullMarked() {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should(new ArchCondition<>("be in a @NullMarked package") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                        events.add(new SimpleConditionEvent(
                                type,
                                marked,
                                type.getName() + " is in a package without package-info.java and @NullMarked"));
                    }
                });
    }
}
