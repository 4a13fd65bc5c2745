package io.mcprollout.sandbox.kube.schema;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;
import java.util.regex.Pattern;

/** One CRD validation rule, compiled once and evaluated against a JSON value as maps, lists and scalars. */
public final class CelRule {
    private static final CelCompiler BOOLEAN = compiler(SimpleType.BOOL);
    private static final CelCompiler TEXT = compiler(SimpleType.STRING);
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();
    private static final Pattern OLD_SELF = Pattern.compile("\\boldSelf\\b");

    private final CelRuntime.Program program;
    private final boolean transition;

    private CelRule(CelRuntime.Program program, boolean transition) {
        this.program = program;
        this.transition = transition;
    }

    private static CelCompiler compiler(CelType result) {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("self", SimpleType.DYN)
                .addVar("oldSelf", SimpleType.DYN)
                .setResultType(result)
                .build();
    }

    /** Compiles the rule or says what is wrong with it. */
    public static CelRule compile(String rule) {
        return compile(BOOLEAN, rule);
    }

    /** Compiles an expression whose value is a text. */
    public static CelRule compileMessage(String expression) {
        return compile(TEXT, expression);
    }

    private static CelRule compile(CelCompiler compiler, String rule) {
        try {
            return new CelRule(
                    RUNTIME.createProgram(compiler.compile(rule).getAst()),
                    OLD_SELF.matcher(rule).find());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException("bad CEL rule: " + rule + ": " + e.getMessage(), e);
        }
    }

    /** Whether the rule compares with the value before the change, and so says nothing of a new object. */
    public boolean isTransition() {
        return transition;
    }

    /** Whether the value satisfies the rule. */
    public boolean holds(Object self) {
        return Boolean.TRUE.equals(evaluate(Map.of("self", self)));
    }

    /** Whether the change from the old value to the new satisfies the rule. */
    public boolean holds(Object self, Object oldSelf) {
        return Boolean.TRUE.equals(evaluate(Map.of("self", self, "oldSelf", oldSelf)));
    }

    /** The text that a message expression makes of the value. */
    public String text(Object self) {
        return String.valueOf(evaluate(Map.of("self", self, "oldSelf", self)));
    }

    private Object evaluate(Map<String, Object> variables) {
        try {
            return program.eval(variables);
        } catch (CelEvaluationException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
