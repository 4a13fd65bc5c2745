package io.mcprollout.sandbox.e2e;

import io.mcprollout.sandbox.story.Plot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A release of the time server: which, what goes wrong with it, and how it must end. */
enum Rollout implements Plot {
    GOOD("2026.8.18 to 2026.10.10", "2026.10.10", "Promoted", Zones.OWN, Fault.NONE),
    NO_ZONES("an image without time zones", "no-zones", "RolledBack", Zones.UTC, Fault.FROM_THE_START),
    LOSES_ZONES("at 25 % the new version loses its time zones", "no-zones", "RolledBack", Zones.LOST, Fault.AT_25),
    DEAD_START(
            "a release that dies at its start, its dependency unpinned",
            "2026.1.26",
            "RolledBack",
            Zones.OWN,
            Fault.FROM_THE_START),
    KILLED("at 25 % the new version's processes are killed", "2026.10.10", "RolledBack", Zones.OWN, Fault.AT_25);

    /** Where the new version reads time zones: its own, a folder with UTC alone, a folder that is whole until the fault. */
    enum Zones {
        OWN,
        UTC,
        LOST
    }

    /** When the new version is at fault. */
    enum Fault {
        NONE,
        FROM_THE_START,
        AT_25
    }

    private final String title;
    private final String version;
    private final String expected;
    private final Zones zones;
    private final Fault fault;

    Rollout(String title, String version, String expected, Zones zones, Fault fault) {
        this.title = title;
        this.version = version;
        this.expected = expected;
        this.zones = zones;
        this.fault = fault;
    }

    @Override
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String expected() {
        return expected;
    }

    @Override
    public boolean isCanarysFault() {
        return fault != Fault.NONE;
    }

    /** The new version: {@code target/e2e-parts/time-<version>}. */
    String version() {
        return version;
    }

    /** Where it reads time zones. */
    Zones zones() {
        return zones;
    }

    /** When it is at fault. */
    Fault fault() {
        return fault;
    }

    /** The rollouts that these words name, all for none; throws {@link IllegalArgumentException} with the words there are. */
    static List<Rollout> named(List<String> words) {
        return words.isEmpty()
                ? List.of(values())
                : words.stream().map(Rollout::named).toList();
    }

    private static Rollout named(String word) {
        return Arrays.stream(values())
                .filter(rollout -> rollout.id().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("rollout " + word + " is unknown; use some of "
                        + Arrays.stream(values()).map(Rollout::id).toList()));
    }
}
