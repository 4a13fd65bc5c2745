package io.mcprollout.sandbox.e2e;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code SessionsMain [play…]}: releases servers with sessions under agents on every official client, writes {@code target/e2e/sessions.json}, ends
 * with 1 when a release ended otherwise than expected, or a session that should have been kept was not.
 */
public final class SessionsMain {

    private static final boolean FULL = Boolean.getBoolean("mcprollout.full");
    private static final SessionAgents.Schedule SCHEDULE =
            new SessionAgents.Schedule(FULL ? 20 : 12, 20, Duration.ofSeconds(60), Duration.ofSeconds(36));

    private SessionsMain() {}

    /** Plays from the root of the project; {@code -Dmcprollout.controller} names the packaged controller's {@code quarkus-run.jar}. */
    public static void main(String[] args) throws IOException {
        List<SessionPlay> plays = SessionPlay.named(List.of(args));
        Path jar =
                Path.of(System.getProperty("mcprollout.controller", "controller/target/quarkus-app/quarkus-run.jar"));
        E2eParts parts = new E2eParts(Path.of("target").toAbsolutePath(), jar.toAbsolutePath());
        parts.check();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        List<SessionRow> rows = new ArrayList<>();
        boolean asExpected = true;
        for (SessionPlay play : plays) {
            out.println("\nsessions, " + play.id() + ": " + play.title() + "; expected: " + play.expected());
            SessionRun.Result result = new SessionRun(play, parts, SCHEDULE, out::println).play();
            rows.addAll(result.rows());
            SessionRow.write(rows, parts.sessions());
            result.rows().forEach(row -> out.println(row.summary()));
            boolean ok = result.phase().equals(play.expected()) && (!play.isKept() || kept(result.rows()));
            out.println((ok ? "ok: " : "NOT AS EXPECTED: ") + play.id() + " " + result.phase());
            asExpected &= ok;
        }
        System.exit(asExpected ? 0 : 1);
    }

    /* Nothing is shown by a run in which the new version minted no session. */
    private static boolean kept(List<SessionRow> rows) {
        return rows.stream().allMatch(SessionRow::isWhole)
                && rows.stream().mapToInt(SessionRow::sessionsOnCanary).sum() > 0;
    }
}
