package io.mcprollout.sandbox.demo;

import io.mcprollout.sandbox.agent.LoadCounts;
import io.mcprollout.sandbox.story.ApiReader;
import io.mcprollout.sandbox.story.RolloutView;
import io.mcprollout.sandbox.story.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws a frame as lines of text. */
record Picture(Paint paint, int width) {

    private static final int BAR = 40;
    private static final int DECISIONS = 6;

    List<String> lines(Frame frame) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold("MCP Rollout demo · " + frame.scenario().id()) + " · "
                + frame.scenario().title());
        lines.add(
                paint.dim(
                        "policy: demo-policy.yaml (pairs every 250 ms, harm budget 10 %, dwell 3 s), faster than any shipped preset"));
        lines.add("");
        lines.add(version(frame.stable(), paint.old("stable")));
        lines.add(version(frame.canary(), paint.fresh("canary")) + (frame.faulty() ? paint.bad("   fault is on") : ""));
        lines.add("");
        lines.add(weight(frame));
        lines.add("");
        evidence(frame.rollout(), lines);
        lines.add("");
        lines.add(agents(frame.calls()));
        lines.add("");
        decisions(frame.decisions(), lines);
        return List.copyOf(lines);
    }

    private static String version(ApiReader.Version version, String role) {
        return String.format(
                Locale.ROOT,
                "  %s  %-18s %s  %d/%d ready",
                role,
                version.deployment(),
                version.image(),
                version.ready(),
                version.wanted());
    }

    private String weight(Frame frame) {
        int share = frame.weight() * BAR / 100;
        return String.format(
                Locale.ROOT,
                "  weight  %s%s %3d %%  %s%s   %.1f s",
                paint.fresh("█".repeat(share)),
                paint.old("█".repeat(BAR - share)),
                frame.weight(),
                paint.bold(frame.rollout().phase()),
                frame.rollout().step() > 0 ? " step " + frame.rollout().step() : "",
                frame.seconds());
    }

    private void evidence(RolloutView rollout, List<String> lines) {
        lines.add(paint.dim(
                String.format(Locale.ROOT, "  %-20s %18s %18s", "evidence", "stable ok/failed", "canary ok/failed")));
        for (RolloutView.Stream stream : rollout.streams()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-20s %18s %18s  %s",
                    stream.kind().toLowerCase(Locale.ROOT) + " " + stream.name(),
                    stream.stableOk() + " / " + stream.stableBad(),
                    stream.canaryOk() + " / " + stream.canaryBad(),
                    paint.dim(stream.trouble())));
        }
        lines.add("  towards rollback  " + paint.bad(bar(rollout.towardsRollback())) + "    towards advance  "
                + paint.good(bar(rollout.towardsAdvance())));
        lines.add("  "
                + clipped(
                        rollout.answer().isEmpty() ? rollout.message() : rollout.answer() + ": " + rollout.message(),
                        width - 2));
    }

    private static String bar(int percent) {
        int filled = Math.clamp(percent, 0, 100) / 5;
        return String.format(Locale.ROOT, "%s%s %3d %%", "▮".repeat(filled), "▯".repeat(20 - filled), percent);
    }

    private String agents(LoadCounts calls) {
        String failed = calls.failed() + " failed";
        return String.format(
                Locale.ROOT,
                "  agents  %d calls  %s  %s%s   %s",
                calls.calls(),
                paint.good(calls.ok() + " ok"),
                calls.failed() == 0 ? failed : paint.bad(failed),
                calls.failed() == 0 ? "" : " (" + calls.failedByCanaryFault() + " by the canary's fault)",
                paint.dim(String.format(Locale.ROOT, "p99 %.1f ms", calls.tookP99Ms())));
    }

    private void decisions(List<Story.Said> said, List<String> lines) {
        said.stream().skip(Math.max(0, said.size() - DECISIONS)).forEach(one -> lines.add(decision(one)));
    }

    /** One decision in words. */
    String decision(Story.Said said) {
        return "  " + paint.dim(String.format(Locale.ROOT, "%5.1f s", said.seconds())) + "  "
                + paint.bold(String.format(Locale.ROOT, "%-11s", said.phase())) + " "
                + clipped(said.message(), width - 23);
    }

    /** Where things stand, in one line. */
    String summary(Frame frame) {
        RolloutView rollout = frame.rollout();
        String evidence = rollout.streams().stream()
                .map(stream -> String.format(
                        Locale.ROOT,
                        "; %s stable %d/%d canary %d/%d",
                        stream.name(),
                        stream.stableOk(),
                        stream.stableBad(),
                        stream.canaryOk(),
                        stream.canaryBad()))
                .collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "  %5.1f s  weight %d %%; ready %d/%d and %d/%d; agents %d ok %d failed%s; to rollback %d %%, to advance %d %%",
                frame.seconds(),
                frame.weight(),
                frame.stable().ready(),
                frame.stable().wanted(),
                frame.canary().ready(),
                frame.canary().wanted(),
                frame.calls().ok(),
                frame.calls().failed(),
                evidence,
                rollout.towardsRollback(),
                rollout.towardsAdvance());
    }

    private static String clipped(String text, int length) {
        return text.length() <= length ? text : text.substring(0, Math.max(0, length - 1)) + "…";
    }
}
