package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The next step from the old ReplicaSets of a Deployment to the new one, as the deployment controller takes it.
 *
 * <ol>
 *   <li>The new set grows while all sets together stay ≤ desired + surge.
 *   <li>Else old pods that are not available go, then available ones, while ≥ desired − unavailable stay available.
 * </ol>
 */
record RollingUpdate(int desired, int surge, int unavailable) {

    /** A ReplicaSet: its wanted replicas and how many of them are available. */
    record Sized(String name, int replicas, int available) {
        Sized resized(int to) {
            return new Sized(name, to, Math.min(available, to));
        }
    }

    /** The limits of a Deployment's strategy; shares are rounded up for surge and down for unavailable, and not both are 0. */
    static RollingUpdate of(int desired, JsonNode rollingUpdate) {
        int surge = resolve(rollingUpdate.path("maxSurge"), desired, true);
        int unavailable = resolve(rollingUpdate.path("maxUnavailable"), desired, false);
        return new RollingUpdate(desired, surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    /** The sets that change, with their new sizes; empty when nothing is to be done now. */
    List<Sized> next(Sized fresh, List<Sized> old) {
        int total = fresh.replicas() + old.stream().mapToInt(Sized::replicas).sum();
        int grown = fresh.replicas() > desired
                ? desired
                : Math.min(desired, fresh.replicas() + Math.max(0, desired + surge - total));
        if (grown != fresh.replicas()) {
            return List.of(fresh.resized(grown));
        }
        int spare = total - (desired - unavailable) - (fresh.replicas() - fresh.available());
        return spare <= 0 ? List.of() : shrink(fresh, old, spare);
    }

    private List<Sized> shrink(Sized fresh, List<Sized> old, int spare) {
        int left = spare;
        List<Sized> healthy = new ArrayList<>();
        for (Sized set : old) {
            int gone = Math.min(left, set.replicas() - set.available());
            healthy.add(new Sized(set.name(), set.replicas() - gone, set.available()));
            left -= gone;
        }
        int available =
                fresh.available() + old.stream().mapToInt(Sized::available).sum();
        left = Math.min(left, Math.max(0, available - (desired - unavailable)));
        List<Sized> changed = new ArrayList<>();
        for (int i = 0; i < old.size(); i++) {
            int gone = Math.min(left, healthy.get(i).replicas());
            Sized shrunk = healthy.get(i).resized(healthy.get(i).replicas() - gone);
            left -= gone;
            if (shrunk.replicas() != old.get(i).replicas()) {
                changed.add(shrunk);
            }
        }
        return List.copyOf(changed);
    }

    private static int resolve(JsonNode value, int desired, boolean up) {
        if (value.isNumber()) {
            return value.asInt();
        }
        String text = value.asText("25%");
        double share = Integer.parseInt(text.replace("%", "")) * desired / 100.0;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }
}
