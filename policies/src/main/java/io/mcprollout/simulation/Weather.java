package io.mcprollout.simulation;

import io.mcprollout.simulation.Disturbance.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The history of one world: who fails how often, and when. Times in milliseconds from the start of the rollout. */
final class Weather {
    static final long NEVER = Long.MAX_VALUE;
    private static final int PODS = 2;
    private static final long DRIFT_STEP = 10_000;
    private static final double MOST_FAILING = .5;

    private final World world;
    private final List<Spell> spells = new ArrayList<>();
    private final List<Spell> replacements = new ArrayList<>();
    private final List<Spell> losses = new ArrayList<>();
    private final double[] factors;
    private long mixedUntil;
    private boolean singlePods;
    private long gapFrom = NEVER;
    private long gapTo = NEVER;
    private long resetsEvery = NEVER;
    private long onset;

    /** A time in which a version fails. */
    private record Spell(long from, long to, boolean stable, boolean candidate, boolean probesOnly, double failing) {
        boolean covers(long at) {
            return at >= from && at < to;
        }

        boolean hits(boolean ofCandidate, boolean ofProbe) {
            return (ofCandidate ? candidate : stable) && (ofProbe || !probesOnly);
        }
    }

    Weather(World world, Sampler random, Duration horizon) {
        this.world = world;
        this.onset = world.regression().onset().isPresent() ? NEVER : 0;
        double[] drawn = {1};
        for (Disturbance disturbance : world.disturbances()) {
            switch (disturbance) {
                case Disturbance.Fault fault -> add(fault, random);
                case Disturbance.Drift drift -> drawn = drift(drift, random, horizon.toMillis());
                case Disturbance.Drains drains -> add(drains, random, horizon.toMillis());
                case Disturbance.Restart restart -> {
                    gapFrom = between(restart.earliest(), restart.latest(), random);
                    gapTo = gapFrom + restart.length().toMillis();
                }
                case Disturbance.CounterResets resets ->
                    resetsEvery = resets.every().toMillis();
                case Disturbance.Loss loss -> add(loss, random);
                case Disturbance.Mixture mixture -> {
                    mixedUntil = mixture.length().toMillis();
                    spells.add(new Spell(0, mixedUntil, false, true, false, mixture.failing()));
                }
            }
        }
        this.factors = drawn;
    }

    private void add(Disturbance.Fault fault, Sampler random) {
        long first = between(fault.earliest(), fault.latest(), random);
        boolean each = fault.hits() == Disturbance.Hits.EACH;
        boolean probes = fault.path() == Path.PROBES;
        long length = fault.length().toMillis();
        boolean stableToo = fault.hits() == Disturbance.Hits.BOTH;
        spells.add(new Spell(first, first + length, stableToo, true, probes, fault.failing()));
        if (each) {
            long second = between(fault.earliest(), fault.latest(), random);
            spells.add(new Spell(second, second + length, true, false, probes, fault.failing()));
        }
    }

    private static long between(Duration earliest, Duration latest, Sampler random) {
        return random.between(earliest.toMillis(), latest.toMillis());
    }

    private void add(Disturbance.Loss loss, Sampler random) {
        singlePods = true;
        long lost = between(loss.earliest(), loss.latest(), random);
        long back = lost + loss.length().toMillis();
        spells.add(new Spell(lost, back, false, true, false, 1));
        losses.add(new Spell(lost + loss.unseen().toMillis(), back, false, true, false, 1));
    }

    private void add(Disturbance.Drains drains, Sampler random, long horizon) {
        long every = drains.every().toMillis();
        for (long at = random.between(0, every); at < horizon; at += every) {
            boolean candidate = random.happens(.5);
            spells.add(new Spell(at, at + drains.failing().toMillis(), !candidate, candidate, false, drains.share()));
            replacements.add(new Spell(at, at + drains.unsettled().toMillis(), !candidate, candidate, false, 0));
        }
    }

    private static double[] drift(Disturbance.Drift drift, Sampler random, long horizon) {
        double[] factors = new double[(int) (horizon / DRIFT_STEP) + 1];
        double log = 0;
        double sd = drift.perMinute() * StrictMath.sqrt(DRIFT_STEP / 60_000.0);
        for (int i = 0; i < factors.length; i++) {
            double ramp = 1 + (drift.ramp() - 1) * i * DRIFT_STEP / 3_600_000.0;
            factors[i] = ramp * StrictMath.exp(log);
            log += sd * random.gaussian();
        }
        return factors;
    }

    /** The new version gets its first share of traffic. */
    void exposed(long at) {
        if (onset == NEVER) {
            onset = at + world.regression().onset().map(Duration::toMillis).orElse(0L);
        }
    }

    /** When the new version goes wrong; {@link #NEVER} when it does not or nobody knows yet. */
    long onset() {
        return world.regression().equals(Regression.NONE) ? NEVER : onset;
    }

    /** Whether a version is wrong at a time. */
    boolean isWrong(boolean candidate, long at) {
        return candidate && at >= onset;
    }

    /** When the controller goes down, and when it comes back. */
    long gapFrom() {
        return gapFrom;
    }

    long gapTo() {
        return gapTo;
    }

    /** How often the gateway has restarted. */
    long restarts(long at) {
        return resetsEvery == NEVER ? 0 : at / resetsEvery;
    }

    /** How many pods each version has. */
    int pods() {
        return singlePods ? 1 : PODS;
    }

    /** How many pods of a version are ready. */
    int ready(boolean candidate, long at) {
        return isHit(losses, candidate, at) ? 0 : pods() - (isReplacing(candidate, at) ? 1 : 0);
    }

    /** Whether pods of an older template answer in a version's slot. */
    boolean isMixed(boolean candidate, long at) {
        return candidate && at < mixedUntil;
    }

    /** Whether a pod of a version is being replaced. */
    boolean isReplacing(boolean candidate, long at) {
        return isHit(replacements, candidate, at);
    }

    private static boolean isHit(List<Spell> spells, boolean candidate, long at) {
        for (Spell spell : spells) {
            if (spell.covers(at) && spell.hits(candidate, false)) {
                return true;
            }
        }
        return false;
    }

    /** Probability that a user's request fails, on average over a time. */
    double users(boolean candidate, long from, long to) {
        double sum = 0;
        long at = from;
        while (at < to) {
            long next = edge(at, to);
            sum += failing(candidate, false, world.regression().users(), at) * (next - at);
            at = next;
        }
        return sum / (to - from);
    }

    /** Probability that a probe fails. */
    double probe(boolean candidate, long at) {
        return opening(failing(candidate, true, world.regression().probes(), at));
    }

    /** Probability that the mesh counts a probe as failed. */
    double probeAsMeshSees(boolean candidate, long at) {
        Regression wrong = world.regression();
        return opening(failing(candidate, true, Math.min(wrong.users(), wrong.probes()), at));
    }

    /** Probability that a request fails that opens a session, of any other's. */
    double opening(double failing) {
        return 1 - (1 - failing) * (1 - world.sessions().openingFails());
    }

    private double failing(boolean candidate, boolean probe, double more, long at) {
        int step = factors.length == 1 ? 0 : (int) Math.min(factors.length - 1, at / DRIFT_STEP);
        double base = factors.length == 1 ? world.failing() : Math.min(MOST_FAILING, world.failing() * factors[step]);
        double own = Math.min(1, base + (isWrong(candidate, at) ? more : 0));
        double worst = 0;
        for (Spell spell : spells) {
            if (spell.covers(at) && spell.hits(candidate, probe)) {
                worst = Math.max(worst, spell.failing);
            }
        }
        return 1 - (1 - own) * (1 - worst);
    }

    /* The next moment after one at which a probability may change. */
    private long edge(long at, long limit) {
        long next = limit;
        for (Spell spell : spells) {
            next = earlier(spell.from, at, next);
            next = earlier(spell.to, at, next);
        }
        next = earlier(onset, at, next);
        return factors.length == 1 ? next : Math.min(next, (at / DRIFT_STEP + 1) * DRIFT_STEP);
    }

    private static long earlier(long edge, long after, long next) {
        return edge > after && edge < next ? edge : next;
    }
}
