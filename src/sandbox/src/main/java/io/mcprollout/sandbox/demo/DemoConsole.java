package io.mcprollout.sandbox.demo;

import io.mcprollout.sandbox.story.Story;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The terminal: redraws in place where there is one, prints a line per decision where there is none. */
final class DemoConsole implements Screen {

    private static final int WIDTH = 118;
    private static final double PLAIN_SECONDS = 5;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private final boolean live;
    private final Picture picture;
    private int drawn;
    private int said;
    private double lastSummary;

    private DemoConsole(boolean live) {
        this.live = live;
        picture = new Picture(live ? Paint.ANSI : Paint.PLAIN, WIDTH);
    }

    /** Finds out whether standard output is a terminal that understands ANSI codes. */
    static DemoConsole open() {
        String term = System.getenv().getOrDefault("TERM", "dumb");
        return new DemoConsole(!term.equals("dumb") && isTerminal());
    }

    private static boolean isTerminal() {
        try {
            return new ProcessBuilder("test", "-t", "1").inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void show(Frame frame) {
        if (live) {
            redraw(picture.lines(frame));
        } else {
            append(frame);
        }
        out.flush();
    }

    @Override
    public void say(String line) {
        drawn = 0;
        said = 0;
        lastSummary = 0;
        out.println(line);
        out.flush();
    }

    private void redraw(List<String> lines) {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A");
        }
        out.print(lines.stream().map(line -> line + "\u001b[K\n").collect(Collectors.joining()));
        out.print("\u001b[J");
        drawn = lines.size();
    }

    private void append(Frame frame) {
        List<Story.Said> decisions = frame.decisions();
        decisions.stream().skip(said).forEach(decision -> out.println(picture.decision(decision)));
        said = decisions.size();
        if (frame.seconds() - lastSummary >= PLAIN_SECONDS) {
            lastSummary = frame.seconds();
            out.println(picture.summary(frame));
        }
    }
}
