package io.mcprollout.sandbox.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uniform numbers fixed by a seed. The n-th draw for a key is always the same, whatever threads draw and whatever other keys are drawn between,
 * so that "every fifth call or so" hits the same calls in every run.
 */
final class Dice {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final Map<String, AtomicLong> draws = new ConcurrentHashMap<>();

    Dice(long seed) {
        this.seed = seed;
    }

    /** The next number for this key, uniform in [0, 1). */
    double next(String key) {
        long n = draws.computeIfAbsent(key, k -> new AtomicLong()).getAndIncrement();
        long mixed = mix(mix(seed ^ mix(key.hashCode() * GOLDEN)) + n * GOLDEN);
        return (mixed >>> 11) * 0x1.0p-53;
    }

    /** True for a share {@code rate} of the draws for this key. */
    boolean strikes(String key, double rate) {
        return next(key) < rate;
    }

    /** The next number for this key from the standard normal distribution (Box-Muller over two uniform draws). */
    double nextGaussian(String key) {
        double radius = Math.sqrt(-2 * Math.log(1 - next(key)));
        return radius * Math.cos(2 * Math.PI * next(key));
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
