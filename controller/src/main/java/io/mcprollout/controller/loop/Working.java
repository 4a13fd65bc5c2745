package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Memory;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What this process knows of one rollout between two looks; all that matters of it is saved.
 *
 * @param uid incarnation of the resource
 * @param memory what was decided last, and the setup and evidence of the attempt under way
 * @param check what the last check of the routes found
 * @param survey what was found past the routes
 * @param usage which version is asked anything; empty while nobody has to know
 * @param pulse when it was looked at and saved
 * @param trouble writes in a row that failed
 */
record Working(
        String uid, Known memory, Check check, Survey survey, Optional<Usage> usage, Pulse pulse, Trouble trouble) {
    /** What is remembered. */
    record Known(Rollout rollout, Optional<Setup> setup, Optional<LiveEvidence> evidence) {
        Memory text() {
            String engine = evidence.map(live -> live.divergence().encode()).orElse("");
            return new Memory(rollout, setup, engine);
        }

        Known with(LiveEvidence next) {
            return new Known(rollout, setup, Optional.of(next));
        }
    }

    /**
     * A check of the routes.
     *
     * @param of spec and candidate that were checked
     */
    record Check(String of, List<Problem> problems) {}

    /**
     * A search for ways past the routes.
     *
     * @param of attempt for which it was made; empty before the first
     * @param at when
     */
    record Survey(Optional<Run> of, Instant at, Paths paths) {
        static final Survey NONE = new Survey(Optional.empty(), Instant.EPOCH, Paths.NONE);
        private static final Duration USUAL = Duration.ofMinutes(5);
        private static final Duration WHILE_HELD = Duration.ofSeconds(30);

        /** Whether it is to be made again. */
        boolean isDue(Run run, Instant now) {
            Duration good = paths.open().isEmpty() ? USUAL : WHILE_HELD;
            return !of.equals(Optional.of(run)) || !now.isBefore(at.plus(good));
        }
    }

    /**
     * Times and what was true then.
     *
     * @param last look
     * @param interval after which the next was due
     * @param saved last save
     * @param told reason that was saved
     * @param generation of the spec that was saved
     */
    record Pulse(Instant last, Duration interval, Instant saved, String told, long generation) {}

    /**
     * Failing writes.
     *
     * @param times in a row
     * @param cause of the last
     * @param told when people were told last
     */
    record Trouble(int times, String cause, Instant told) {
        static final Trouble NONE = new Trouble(0, "", Instant.EPOCH);
    }

    private static final Duration FIRST_INTERVAL = Duration.ofSeconds(1);

    /** As it was saved; empty memory: nothing is known. {@code lost} hears why evidence that was saved cannot be used. */
    static Working resume(String uid, Optional<Memory> memory, Instant now, Consumer<String> lost) {
        Rollout rollout = memory.map(Memory::rollout).orElse(Rollout.NEW);
        String engine = memory.map(Memory::engine).orElse("");
        Optional<LiveEvidence> evidence = rollout.run()
                .map(run -> engine.isEmpty()
                        ? LiveEvidence.start(run, now)
                        : LiveEvidence.resume(run, Paths.matterTo(rollout.state()), engine, now, lost));
        return new Working(
                uid,
                new Known(rollout, memory.flatMap(Memory::setup), evidence),
                new Check("", List.of()),
                Survey.NONE,
                Optional.empty(),
                new Pulse(now, FIRST_INTERVAL, Instant.EPOCH, "", 0),
                Trouble.NONE);
    }

    Rollout rollout() {
        return memory.rollout();
    }

    boolean isUnderWay() {
        return rollout().run().isPresent();
    }

    /** Whether sessions of an attempt that is over are waited for. */
    boolean isDraining() {
        return rollout().drain().isPresent();
    }

    Working using(Optional<Usage> next) {
        return new Working(uid, memory, check, survey, next, pulse, trouble);
    }

    Working with(Known next) {
        return new Working(uid, next, check, survey, usage, pulse, trouble);
    }

    Working with(Check next) {
        return new Working(uid, memory, next, survey, usage, pulse, trouble);
    }

    Working with(Survey next) {
        return new Working(uid, memory, check, next, usage, pulse, trouble);
    }

    Working saved(Instant now, String reason, long generation) {
        Pulse next = new Pulse(pulse.last(), pulse.interval(), now, reason.intern(), generation);
        return new Working(uid, memory, check, survey, usage, next, trouble);
    }

    Working untroubled() {
        return trouble.times() == 0 ? this : with(new Trouble(0, "", trouble.told()));
    }

    Working failed(String cause) {
        return with(new Trouble(trouble.times() + 1, cause, trouble.told()));
    }

    Working toldOfTrouble(Instant now) {
        return with(new Trouble(trouble.times(), trouble.cause(), now));
    }

    private Working with(Trouble next) {
        return new Working(uid, memory, check, survey, usage, pulse, next);
    }

    Working lookedAt(Instant now, Optional<Duration> next) {
        Pulse looked = new Pulse(now, next.orElse(FIRST_INTERVAL), pulse.saved(), pulse.told(), pulse.generation());
        return new Working(uid, memory, check, survey, usage, looked, trouble);
    }
}
