package io.mcprollout.controller.adapter.prometheus;

import io.mcprollout.controller.adapter.prometheus.PromAnswer.Point;
import io.mcprollout.controller.port.IstioRequests;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests of each slot in single minutes, from cumulative counters at whole minutes. A process counts in a minute when it has samples at
 * both ends of it and none of its counters fell or is missing at the end; a counter that was never seen before began at zero.
 */
final class PastMinutes {
    /** Minutes that are looked at. */
    static final int MOST = 60;

    private final Instant from;
    private final Map<String, Gateway> gateways = new HashMap<>();

    private PastMinutes(Instant from) {
        this.from = from;
    }

    /** Counters of one process, by their labels, and at which minutes it has any sample. */
    private static final class Gateway {
        private final Map<Map<String, String>, Counter> counters = new HashMap<>();
        private final boolean[] seen = new boolean[MOST + 1];
    }

    /** One counter at each minute; less than zero for no sample. */
    private static final class Counter {
        private final IstioRequests.Owner owner;
        private final long[] values = new long[MOST + 1];

        private Counter(IstioRequests.Owner owner) {
            this.owner = owner;
            Arrays.fill(values, -1);
        }

        private boolean isNewAfter(int minute) {
            for (int i = 0; i <= minute; i++) {
                if (values[i] >= 0) {
                    return false;
                }
            }
            return true;
        }

        /** Increase in the minute that begins there; less than zero when it cannot be told. */
        long increase(int minute) {
            long before = isNewAfter(minute) ? 0 : values[minute];
            long after = isNewAfter(minute + 1) ? 0 : values[minute + 1];
            return before < 0 || after < 0 ? -1 : after - before;
        }
    }

    /** Minutes with requests, oldest first, of each slot that has any. */
    static Map<Slot, List<Tally>> of(List<Point> points, IstioRequests requests, Instant from) {
        PastMinutes past = new PastMinutes(from);
        points.forEach(point -> requests.owner(point.labels()).ifPresent(owner -> past.add(point, owner)));
        Map<Slot, List<Tally>> minutes = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            List<Tally> ofSlot = past.minutes(slot);
            if (!ofSlot.isEmpty()) {
                minutes.put(slot, ofSlot);
            }
        }
        return minutes;
    }

    private void add(Point point, IstioRequests.Owner owner) {
        long minute = Duration.between(from, point.at()).toMinutes();
        if (minute < 0 || minute > MOST || owner.slot().isEmpty()) {
            return;
        }
        Gateway gateway = gateways.computeIfAbsent(Tallies.instance(point.labels()), name -> new Gateway());
        gateway.seen[(int) minute] = true;
        gateway.counters.computeIfAbsent(point.labels(), labels -> new Counter(owner)).values[(int) minute] =
                point.value();
    }

    private List<Tally> minutes(Slot slot) {
        List<Tally> minutes = new ArrayList<>();
        for (int minute = 0; minute < MOST; minute++) {
            Tally sum = Tally.NONE;
            for (Gateway gateway : gateways.values()) {
                sum = sum.plus(minute(gateway, slot, minute).orElse(Tally.NONE));
            }
            if (sum.total() > 0) {
                minutes.add(sum);
            }
        }
        return List.copyOf(minutes);
    }

    private static Optional<Tally> minute(Gateway gateway, Slot slot, int minute) {
        if (!gateway.seen[minute] || !gateway.seen[minute + 1]) {
            return Optional.empty();
        }
        long ok = 0;
        long bad = 0;
        for (Counter counter : gateway.counters.values()) {
            long increase = counter.increase(minute);
            if (increase < 0) {
                return Optional.empty();
            }
            if (counter.owner.slot().equals(Optional.of(slot))) {
                ok += counter.owner.bad() ? 0 : increase;
                bad += counter.owner.bad() ? increase : 0;
            }
        }
        return Optional.of(new Tally(ok, bad));
    }
}
