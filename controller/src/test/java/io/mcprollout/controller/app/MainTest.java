package io.mcprollout.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void runsACommand() {
        assertThat(run("calibrate", "--preset", "fast", "--rps", "1", "--runs", "1"))
                .isZero();
        assertThat(out.toString()).contains("Policy fast");
    }

    @Test
    void helpListsTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Without a command the controller runs", "calibrate");
    }

    @Test
    void refusesACommandThatItDoesNotKnow() {
        assertThat(run("promote")).isEqualTo(2);
        assertThat(err.toString()).contains("promote");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commands();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }
}
