package io.mcprollout.controller.command;

import io.mcprollout.controller.adapter.kube.PolicyFile;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Weight;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/*
 * Options are declared by calls, not by annotations: a native executable then needs no reflection.
 */
/** {@code calibrate}: tells by simulation what a policy does to a service. */
public final class CalibrateCommand implements Callable<Integer> {
    private static final String USUAL_ERRORS = "0.5%";
    private static final int MOST_RUNS = 100_000;

    private final CommandSpec spec =
            CommandSpec.wrapWithoutInspection(this).name("calibrate").addOption(helpOption());

    /** The command, to be put below that of the jar. */
    public CommandLine line() {
        spec.usageMessage()
                .description(
                        "Tells by simulation what a policy does to your service: how often a healthy release is rolled back by chance,"
                                + " how fast a worse one is, how long a promotion takes, and whether your traffic can certify it at all.");
        spec.addOption(option("--policy", "FILE", String.class, "A McpRolloutPolicy in YAML."));
        spec.addOption(option(
                "--preset",
                "NAME",
                String.class,
                "A shipped preset: " + PolicyFile.presets() + ". Without --policy it is standard."));
        spec.addOption(option("--rps", "N", Double.class, "Requests of your users per second, such as 3.").toBuilder()
                .required(true)
                .build());
        spec.addOption(option(
                "--stable-errors",
                "PERCENT",
                String.class,
                "Share of requests that your service fails while it is well" + " (" + USUAL_ERRORS + ")."));
        spec.addOption(option("--steps", "WEIGHTS", String.class, "Weights of the steps (10,25,50,100)."));
        spec.addOption(option("--runs", "N", Integer.class, "Simulated releases of each kind (300)."));
        spec.addOption(option("--seed", "N", Long.class, "Another seed gives other releases (1)."));
        spec.addOption(OptionSpec.builder("--json")
                .type(boolean.class)
                .description("Print the report as JSON.")
                .build());
        return new CommandLine(spec);
    }

    /** {@code --help} of every command. */
    public static OptionSpec helpOption() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Show this help.")
                .build();
    }

    private static OptionSpec option(String name, String label, Class<?> type, String text) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(type)
                .description(text)
                .build();
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        ParseResult parsed = line.getParseResult();
        Arguments arguments = new Arguments(parsed);
        Optional<Calibration> asked = arguments.calibration();
        if (asked.isEmpty()) {
            PrintWriter err = line.getErr();
            arguments.problems.forEach(err::println);
            err.flush();
            return line.getCommandSpec().exitCodeOnInvalidInput();
        }
        Calibration.Report found = asked.get().run();
        PrintWriter out = line.getOut();
        out.println(
                parsed.matchedOptionValue("--json", false)
                        ? CalibrationText.json(arguments.policyName(), asked.get(), found)
                        : CalibrationText.table(arguments.policyName(), asked.get(), found));
        out.flush();
        return 0;
    }

    /** The options of one call, with everything that is wrong with them. */
    private static final class Arguments {
        private final ParseResult parsed;
        private final List<String> problems = new ArrayList<>();

        Arguments(ParseResult parsed) {
            this.parsed = parsed;
        }

        String policyName() {
            return parsed.matchedOptionValue("--policy", parsed.matchedOptionValue("--preset", "standard"));
        }

        Optional<Calibration> calibration() {
            Optional<Numbers> numbers = numbers();
            double rps = parsed.matchedOptionValue("--rps", 0.0);
            if (!(rps >= 0 && rps <= 100_000)) {
                problems.add("--rps must be 0..100000 but is " + rps);
            }
            double errors = errors(parsed.matchedOptionValue("--stable-errors", USUAL_ERRORS));
            List<Integer> weights = weights(parsed.matchedOptionValue("--steps", "10,25,50,100"));
            int runs = parsed.matchedOptionValue("--runs", 300);
            if (runs < 1 || runs > MOST_RUNS) {
                problems.add("--runs must be 1.." + MOST_RUNS + " but is " + runs);
            }
            long seed = parsed.matchedOptionValue("--seed", 1L);
            return problems.isEmpty()
                    ? numbers.map(known -> new Calibration(known, weights, rps, errors, runs, seed))
                    : Optional.empty();
        }

        private Optional<Numbers> numbers() {
            String file = parsed.matchedOptionValue("--policy", null);
            String preset = parsed.matchedOptionValue("--preset", null);
            if (file != null && preset != null) {
                problems.add("only one of --policy and --preset may be given");
                return Optional.empty();
            }
            if (file == null) {
                return accepted("--preset", PolicyFile.preset(preset == null ? "standard" : preset));
            }
            try {
                return accepted(file, PolicyFile.read(Files.readString(Path.of(file))));
            } catch (IOException e) {
                problems.add("--policy " + file + " cannot be read: " + e.getMessage());
                return Optional.empty();
            }
        }

        private Optional<Numbers> accepted(String source, PolicyFile.Content content) {
            content.problems().stream()
                    .map(Problem::toString)
                    .map(problem -> source + ": " + problem)
                    .forEach(problems::add);
            return content.numbers();
        }

        private double errors(String text) {
            if (!text.matches("[0-9]{1,2}(\\.[0-9]{1,9})?%")) {
                problems.add("--stable-errors must be a percentage below 100% such as 0.4% but is " + text);
                return 0;
            }
            return Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
        }

        private List<Integer> weights(String text) {
            if (!text.matches("[0-9]{1,3}(,[0-9]{1,3}){0,20}")) {
                problems.add("--steps must be weights such as 10,25,50,100 but is " + text);
                return List.of(100);
            }
            List<Integer> weights =
                    Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
            if (weights.stream().anyMatch(weight -> weight > 100)) {
                problems.add("--steps must be weights of 1 to 100 but is " + text);
                return List.of(100);
            }
            Plan.problems(weights.stream()
                            .map(weight -> Step.of(new Weight(weight), Duration.ZERO))
                            .toList())
                    .forEach(problem -> problems.add("--steps: " + problem));
            return weights;
        }
    }
}
