package io.mcprollout.it;

import com.tngtech.archunit.lang.ArchRule;

/**
 * One rule of the architecture together with the fixture class that breaks it.
 *
 * @param name what the rule demands, as a short sentence
 * @param rule the check, bound to one root package
 * @param culprit simple name of the class below {@code io.mcprollout.fixture} that breaks it on purpose
 */
record ArchitectureRule(String name, ArchRule rule, String culprit) {
    @Override
    public String toString() {
        return name;
    }
}
