package io.mcprollout.simulation;

import java.time.Duration;

/**
 * The users of a simulated service and what they are answered, on a virtual clock. Counts are drawn for a stretch of time at once: by the
 * thinning of Poisson arrivals, good and bad answers are independent of each other.
 */
public final class Service {
    /* What the gateway has counted of stable before the rollout. */
    private static final double PAST_SECONDS = 3600;

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
    private final Durations stableTook = new Durations();
    private final Durations candidateTook = new Durations();
    private final double[] usual;
    private final double[] wrong;

    /** One history of a world, at weight 0. */
    public Service(World world, long seed, Duration horizon) {
        this.world = world;
        this.weather = new Weather(world, new Sampler(seed * 3 + 1), horizon);
        this.random = new Sampler(seed * 3 + 2);
        this.lengthMillis = world.sessions().length().toMillis();
        this.usual = Durations.shares(world.pace(), false);
        this.wrong = Durations.shares(world.pace(), true);
        if (isTimed()) {
            stableTook.draw(random, world.perSecond() * PAST_SECONDS, usual);
        }
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
        stableOk += answers(stableMean - stableBadMean, stableTook, usual);
        stableBad += random.clustered(stableBadMean, burst);
        boolean slow = weather.isWrong(true, now);
        candidateOk += answers(candidateMean - candidateBadMean, candidateTook, slow ? wrong : usual);
        candidateBad += random.clustered(candidateBadMean, burst);
        now = at;
    }

    private long answers(double mean, Durations took, double[] shares) {
        return isTimed() ? took.draw(random, mean, shares) : random.poisson(mean);
    }

    /** Whether it is known how long answers take. */
    boolean isTimed() {
        return world.pace().measured();
    }

    /** How long a version's good answers to users took, and those of stable in the hour before. */
    Durations took(boolean candidate) {
        return candidate ? candidateTook : stableTook;
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
