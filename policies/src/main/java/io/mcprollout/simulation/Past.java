package io.mcprollout.simulation;

import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The hour before a rollout, in which the old version had all users and nothing happened. */
final class Past {
    private static final int MINUTES = 60;
    private static final long MINUTE = 60_000;

    private Past() {}

    /** What a mesh source remembers of it; one seed makes one hour. */
    static Reading.Past of(World world, long seed, Instant end) {
        World quiet = World.of(world.perSecond(), world.failing()).with(world.sessions());
        Service service = new Service(quiet, ~seed, Duration.ofMinutes(MINUTES));
        List<Tally> minutes = new ArrayList<>();
        long ok = 0;
        long bad = 0;
        for (int minute = 1; minute <= MINUTES; minute++) {
            service.playTo(minute * MINUTE);
            Tally counted = new Tally(service.stableOk() - ok, service.stableBad() - bad);
            if (counted.total() > 0) {
                minutes.add(counted);
            }
            ok = service.stableOk();
            bad = service.stableBad();
        }
        return new Reading.Past(Gateway.STREAM, end, Map.of(Slot.A, minutes));
    }
}
