package io.mcprollout.controller.app;

import io.mcprollout.controller.command.CalibrateCommand;
import io.mcprollout.controller.lint.LintCommand;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Where the program starts: without arguments the controller runs, with them one of its commands. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Runs the controller until it is stopped, or a command. */
    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run(arguments);
        } else {
            System.exit(commands().execute(arguments));
        }
    }

    /** All commands. */
    static CommandLine commands() {
        CommandSpec spec = CommandSpec.create().name("mcp-rollout").addOption(CalibrateCommand.helpOption());
        spec.usageMessage().description("Without a command the controller runs.");
        CommandLine line = new CommandLine(spec);
        line.addSubcommand("calibrate", new CalibrateCommand().line());
        line.addSubcommand("lint", new LintCommand(System.in).line(CalibrateCommand.helpOption()));
        return line;
    }
}
