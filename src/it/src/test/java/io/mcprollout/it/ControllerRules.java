package io.mcprollout.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;

/** Who may know whom inside the controller, and who may do what: its rules below one root package. */
final class ControllerRules {
    private static final String[] FRAMEWORKS = {
        "io.fabric8..",
        "io.quarkus..",
        "io.javaoperatorsdk..",
        "io.quarkiverse..",
        "jakarta..",
        "org.eclipse.microprofile..",
        "io.micrometer..",
        "com.fasterxml..",
        "io.vertx..",
        "io.smallrye..",
        "org.jboss..",
        "org.slf4j.."
    };
    private static final Set<String> TRAFFIC_WRITES = Set.of("hold", "release", "prepare");
    private static final Set<String> STATUS_WRITES = Set.of(
            "patchStatus", "updateStatus", "replaceStatus", "editStatus", "patchResourceAndStatus", "subresource");

    private final String root;
    private final String controller;

    ControllerRules(String root) {
        this.root = root;
        controller = root + ".controller";
    }

    /** All rules about {@code controller..}. */
    List<ArchitectureRule> all() {
        return List.of(
                new ArchitectureRule("only loop writes traffic", onlyLoopWritesTraffic(), "WritesTraffic"),
                new ArchitectureRule("only adapter.kube writes status", onlyKubeWritesStatus(), "WritesStatus"),
                new ArchitectureRule("nothing uses app", nothingUsesApp(), "UsesApp"),
                new ArchitectureRule("nothing released uses the sandbox", nothingUsesSandbox(), "UsesSandbox"),
                new ArchitectureRule("adapters do not know each other", adaptersApart(), "KnowsAnotherAdapter"),
                new ArchitectureRule(
                        "adapters use port, api, egress, watch and policy only", adapterReach(), "AdapterUsesLoop"),
                new ArchitectureRule("loop uses port and policy only", loopReach(), "LoopUsesAdapter"),
                new ArchitectureRule("port uses policy only", portReach(), "PortUsesApi"),
                new ArchitectureRule("watch uses port and policy only", watchReach(), "WatchUsesAdapter"),
                new ArchitectureRule("api and egress use nothing of ours", baseReach(), "ApiUsesPolicy"),
                new ArchitectureRule("frameworks stay at the edge", frameworksAtTheEdge(), "LoopUsesFramework"),
                new ArchitectureRule("port holds interfaces, records and enums", portIsValues(), "PortClass"),
                new ArchitectureRule("ports throw no checked exceptions", portsDoNotThrow(), "ThrowingPort"),
                new ArchitectureRule("loop starts no threads and no timers", loopIsPassive(), "Ticks"),
                new ArchitectureRule("loop catches no Throwable", loopCatchesNoThrowable(), "CatchesAll"),
                new ArchitectureRule("packages have no cycles", noCycles(), "LoopUsesAdapter"));
    }

    private ArchRule onlyLoopWritesTraffic() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(controller + ".loop..")
                .should()
                .accessTargetWhere(describe("writes traffic", this::writesTraffic));
    }

    private boolean writesTraffic(JavaAccess<?> access) {
        return TRAFFIC_WRITES.contains(access.getName())
                && access.getTargetOwner().isAssignableTo(controller + ".port.TrafficRouter");
    }

    private ArchRule onlyKubeWritesStatus() {
        return noClasses()
                .that()
                .resideInAPackage(controller + "..")
                .and()
                .resideOutsideOfPackage(controller + ".adapter.kube..")
                .should()
                .accessTargetWhere(describe(
                        "writes status",
                        access -> STATUS_WRITES.contains(access.getName())
                                && resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..")
                                        .test(access.getTargetOwner())));
    }

    private ArchRule nothingUsesApp() {
        return noClasses()
                .that(resideInAnyPackage(root + ".policy..", controller + ".."))
                .and()
                .resideOutsideOfPackage(controller + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(controller + ".app..");
    }

    private ArchRule nothingUsesSandbox() {
        return noClasses()
                .that(resideInAnyPackage(root + ".policy..", controller + ".."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".sandbox..");
    }

    private ArchRule adaptersApart() {
        return slices().matching(controller + ".adapter.(*)..").should().notDependOnEachOther();
    }

    private ArchRule adapterReach() {
        return reach("adapter", "adapter", "port", "api", "egress", "watch");
    }

    private ArchRule loopReach() {
        return reach("loop", "loop", "port");
    }

    private ArchRule watchReach() {
        return reach("watch", "watch", "port");
    }

    private ArchRule portReach() {
        return reach("port", "port");
    }

    private ArchRule baseReach() {
        return noClasses()
                .that()
                .resideInAnyPackage(controller + ".api..", controller + ".egress..")
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..")
                        .and(not(resideInAnyPackage(controller + ".api..", controller + ".egress.."))));
    }

    /** Of our own packages, {@code layer} uses only the named parts of the controller, and the engine. */
    private ArchRule reach(String layer, String... parts) {
        DescribedPredicate<JavaClass> allowed = resideInAPackage(root + ".policy..");
        for (String part : parts) {
            allowed = allowed.or(resideInAPackage(controller + "." + part + ".."));
        }
        return noClasses()
                .that()
                .resideInAPackage(controller + "." + layer + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(not(allowed)));
    }

    private ArchRule frameworksAtTheEdge() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".policy..", controller + ".loop..", controller + ".port..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FRAMEWORKS);
    }

    private ArchRule portIsValues() {
        return classes()
                .that()
                .resideInAPackage(controller + ".port..")
                .should()
                .beInterfaces()
                .orShould()
                .beRecords()
                .orShould()
                .beEnums();
    }

    private ArchRule portsDoNotThrow() {
        return noMethods()
                .that()
                .areDeclaredInClassesThat(
                        resideInAPackage(controller + ".port..").and(INTERFACES))
                .should()
                .declareThrowableOfType(describe(
                        "a checked exception",
                        type -> !type.isAssignableTo(RuntimeException.class) && !type.isAssignableTo(Error.class)));
    }

    private ArchRule loopIsPassive() {
        return noClasses()
                .that()
                .resideInAnyPackage(controller + ".loop..", controller + ".port..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.Thread|java\\.util\\.Timer|java\\.util\\.concurrent\\..*Executor.*");
    }

    private ArchRule loopCatchesNoThrowable() {
        return methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(controller + ".loop..")
                .should(new ArchCondition<>("catch no Throwable") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        boolean all = method.getTryCatchBlocks().stream()
                                .flatMap(block -> block.getCaughtThrowables().stream())
                                .anyMatch(caught -> caught.isEquivalentTo(Throwable.class));
                        events.add(new SimpleConditionEvent(method, !all, method.getFullName() + " catches Throwable"));
                    }
                });
    }

    private ArchRule noCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }
}
