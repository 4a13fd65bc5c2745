package io.mcprollout.controller.lint;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/*
 * Options are declared by calls, not by annotations: a native executable then needs no reflection.
 */
/** {@code lint}: looks at manifests before they are in a cluster. Exits with 0, 1 when something was found, 2 when it could not look. */
public final class LintCommand implements Callable<Integer> {
    private static final int FOUND = 1;

    private final InputStream input;
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("lint");

    /** A command that reads {@code -} from there. */
    public LintCommand(InputStream input) {
        this.input = input;
    }

    /** From which level on the exit code is 1. */
    private enum FailOn {
        error,
        warning,
        never
    }

    /** The command, to be put below that of the jar; {@code help} is its option for that. */
    public CommandLine line(OptionSpec help) {
        spec.addOption(help);
        spec.usageMessage()
                .description(
                        "Looks at McpRollouts and what they name before they are in a cluster: what would be refused, and what the mesh"
                                + " does to an MCP server: timeouts that end streams, retries that repeat calls, ejection of an only pod.");
        spec.addOption(OptionSpec.builder("-f", "--file")
                .paramLabel("PATH")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .required(true)
                .description("A file, a folder with all below it, or - for standard input; may be repeated.")
                .build());
        spec.addOption(flag("--json", "Print the findings as a JSON array."));
        spec.addOption(flag("--sarif", "Print the findings as SARIF 2.1.0, for code hosts."));
        spec.addOption(OptionSpec.builder("--fail-on")
                .paramLabel("LEVEL")
                .type(FailOn.class)
                .defaultValue(FailOn.warning.name())
                .description("Least level for which the exit code is 1: error, warning (default) or never.")
                .build());
        return new CommandLine(spec);
    }

    private static OptionSpec flag(String name, String text) {
        return OptionSpec.builder(name).type(boolean.class).description(text).build();
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        ParseResult parsed = line.getParseResult();
        boolean json = parsed.matchedOptionValue("--json", false);
        boolean sarif = parsed.matchedOptionValue("--sarif", false);
        if (json && sarif) {
            return invalid(line, List.of("only one of --json and --sarif may be given"));
        }
        List<String> paths = parsed.matchedOptionValue("--file", List.of());
        Manifests manifests = Manifests.read(paths, input);
        int rollouts = Linter.rollouts(manifests).size();
        if (!manifests.problems().isEmpty()) {
            return invalid(line, manifests.problems());
        }
        if (rollouts == 0) {
            return invalid(line, List.of("there is no McpRollout in " + String.join(", ", paths)));
        }
        List<Finding> findings = Linter.findings(manifests);
        PrintWriter out = line.getOut();
        out.println(
                json ? LintText.json(findings) : sarif ? LintText.sarif(findings) : LintText.plain(findings, rollouts));
        out.flush();
        return fails(findings, parsed.matchedOptionValue("--fail-on", FailOn.warning)) ? FOUND : 0;
    }

    private static boolean fails(List<Finding> findings, FailOn from) {
        return from != FailOn.never
                && findings.stream()
                        .anyMatch(finding -> finding.level()
                                        .compareTo(Finding.Level.valueOf(
                                                from.name().toUpperCase(Locale.ROOT)))
                                <= 0);
    }

    private static int invalid(CommandLine line, List<String> problems) {
        PrintWriter err = line.getErr();
        problems.forEach(err::println);
        err.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }
}
