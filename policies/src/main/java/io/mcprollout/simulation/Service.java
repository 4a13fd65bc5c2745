package io.mcprollout.simulation;

import java.time.Duration;

/**
 * The users of a simulated service and what they are answered, on a virtual clock. Counts are drawn for a stretch of time at once: by the
 * thinning of Poisson arrivals, good and bad answers are independent of each other.
 */
public final class Service {
    private final World world;
    private final Weather weather;
    private final Sampler random;
    private final double lengthMillis;
    private long now;
    private double weight;
    private double pinnedShare;
    private long stableOk;
    private long stableBad;
    private long candidateOk;
    private long candidateBad;

    /** One history of a world, at weight 0. */
    public Service(World world, long seed, Duration horizon) {
        this.world = world;
        this.weather = new Weather(world, new Sampler(seed * 3 + 1), horizon);
        this.random = new Sampler(seed * 3 + 2);
        this.lengthMillis = world.sessions().length().toMillis();
    }

    Weather weather() {
        return weather;
    }

    /** Milliseconds since the start of the rollout. */
    public long now() {
        return now;
    }

    /** Plays until a time, in milliseconds; a time that has passed changes nothing. */
    public void playTo(long at) {
        if (at <= now) {
            return;
        }
        double seconds = (at - now) / 1000.0;
        double mean = world.perSecond() * seconds;
        double opening = world.sessions().opening();
        double share = meanPinnedShare(at - now);
        double stableFails = weather.users(false, now, at);
        double candidateFails = weather.users(true, now, at);
        double openings = mean * opening;
        double others = mean - openings;
        double stableMean = openings * (1 - weight) + others * (1 - share);
        double candidateMean = openings * weight + others * share;
        double stableBadMean =
                openings * (1 - weight) * weather.opening(stableFails) + others * (1 - share) * stableFails;
        double candidateBadMean = openings * weight * weather.opening(candidateFails) + others * share * candidateFails;
        double burst = world.sessions().burst();
        stableOk += random.poisson(stableMean - stableBadMean);
        stableBad += random.clustered(stableBadMean, burst);
        candidateOk += random.poisson(candidateMean - candidateBadMean);
        candidateBad += random.clustered(candidateBadMean, burst);
        now = at;
    }

    /* Sessions that were opened under other weights end one by one, so the share of pinned requests nears the weight exponentially. */
    private double meanPinnedShare(long millis) {
        if (lengthMillis == 0) {
            pinnedShare = weight;
            return weight;
        }
        double away = pinnedShare - weight;
        double ratio = millis / lengthMillis;
        pinnedShare = weight + away * StrictMath.exp(-ratio);
        return weight - away * StrictMath.expm1(-ratio) / ratio;
    }

    /** From now on new sessions get this share of the new version: 0..100. */
    public void shift(int percent) {
        weight = percent / 100.0;
        if (percent > 0) {
            weather.exposed(now);
        }
    }

    /** Share of new sessions that the new version gets: 0..100. */
    public int percent() {
        return (int) Math.round(100 * weight);
    }

    /** Good answers of the stable version to users so far. */
    public long stableOk() {
        return stableOk;
    }

    /** Failed answers of the stable version to users so far. */
    public long stableBad() {
        return stableBad;
    }

    /** Good answers of the new version to users so far. */
    public long candidateOk() {
        return candidateOk;
    }

    /** Failed answers of the new version to users so far. */
    public long candidateBad() {
        return candidateBad;
    }

    /** When the new version goes wrong, in milliseconds; {@link Long#MAX_VALUE} when it does not or nobody knows yet. */
    public long onset() {
        return weather.onset();
    }
}
