package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Deadline;
import io.mcprollout.controller.egress.Redaction;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.PinId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * A pair is due at fixed distances. Neither a slow server nor a late timer shifts the rhythm: what cannot be made is a pair
 * that the prober lost, and counts as that. Confined to the event loop of the crew's context.
 */
/** Carries out one order: makes a pair each time one is due, both arms at once, puts it into the queue, and has sessions tested beside. */
final class OrderProbe {
    /** Pairs under way at once; a pair that is due beyond that is lost. */
    static final int IN_FLIGHT = 5;

    private static final String LOST = "the pair was not made: ";

    private final Crew crew;
    private final PairQueue queue;
    private final SplittableRandom random;
    private final Sequence sequence;
    private final @Nullable Script script;
    private final String problem;
    private final Credentials credentials;
    private final Echo echo = new Echo();
    private final Pause pause;
    private final PinTester tester;
    private final NaturalProbe natural;
    private ProbeOrder order;
    private long timer = -1;
    private long dueNanos;
    private int inFlight;
    private boolean stopped;

    /** Sequence numbers of a stream, which outlive the orders for it. */
    interface Sequence {
        /** A number above all before it, for a pair that is due now. */
        long next(Instant due);
    }

    OrderProbe(Crew crew, ProbeOrder order, PairQueue queue, Sequence sequence, SplittableRandom random) {
        this.crew = crew;
        this.order = order;
        this.queue = queue;
        this.sequence = sequence;
        this.random = random;
        List<String> problems = crew.problems(order.spec());
        this.problem = String.join("; ", problems);
        this.script = problems.isEmpty() ? crew.script(order.spec()) : null;
        this.credentials = crew.credentials(order.spec());
        this.pause = new Pause(crew.clock());
        this.tester = new PinTester(crew, order, script, problem, credentials, pause, echo, random.split());
        this.natural = new NaturalProbe(crew, random.split());
    }

    /** Makes the first pair so long from now. */
    void start(Duration delay) {
        dueNanos = System.nanoTime() + delay.toNanos();
        schedule();
        echo.onChange(() -> {
            tester.echoed();
            natural.lookAgain();
        });
        tester.start();
    }

    /** Goes on with an order that differs in interval and sessions at most; the next pair is due one new interval after the last one. */
    void change(ProbeOrder changed) {
        if (!stopped) {
            dueNanos += changed.interval().toNanos() - order.interval().toNanos();
            order = changed;
            schedule();
            tester.change(changed);
            natural.lookAgain();
        }
    }

    /** Makes no pair any more; what is under way goes on until its deadline. */
    void stop() {
        stopped = true;
        crew.vertx().cancelTimer(timer);
        tester.stop();
    }

    /** What the last answer to a probe said of the gateway's plan; by any thread. */
    Optional<String> echo() {
        return echo.last();
    }

    /** What the last test of these sessions found; by any thread. */
    Optional<PinTest> tested(ProbeOrder asked) {
        return tester.last(asked);
    }

    /** How often weights chose each incarnation since this was asked last; by any thread. */
    Map<PinId, Integer> chosen() {
        return natural.take();
    }

    private void schedule() {
        crew.vertx().cancelTimer(timer);
        long millis = (dueNanos - System.nanoTime() + 999_999) / 1_000_000;
        timer = crew.vertx().setTimer(Math.max(1, millis), fired -> tick());
    }

    private void tick() {
        if (stopped) {
            return;
        }
        Instant now = crew.clock().instant();
        long lateNanos = System.nanoTime() - dueNanos;
        long interval = order.interval().toNanos();
        if (lateNanos >= interval) {
            long missed = lateNanos / interval;
            lose(now, ProbeCode.PROBER_FAULT, "the prober was late by " + missed + " intervals");
            dueNanos += missed * interval;
        }
        pair(now);
        dueNanos += interval;
        schedule();
    }

    private void pair(Instant now) {
        if (script == null) {
            lose(now, ProbeCode.PROBER_FAULT, problem);
        } else if (pause.isOn()) {
            lose(now, ProbeCode.HTTP_429, "the server asked to stay away until " + pause.until());
        } else if (inFlight >= IN_FLIGHT) {
            lose(now, ProbeCode.PROBER_FAULT, IN_FLIGHT + " pairs are still under way; make the interval longer");
        } else {
            make(script, queue.open(sequence.next(now), now));
        }
    }

    private void make(Script ready, PairQueue.Place place) {
        inFlight++;
        boolean stableFirst = random.nextBoolean();
        credentials
                .get()
                .compose(held -> {
                    Deadline deadline = Deadline.after(order.spec().timeout());
                    if (!order.sessions().isNone()) {
                        natural.make(order, ready, held);
                    }
                    PinId first = stableFirst ? order.stablePin() : order.candidatePin();
                    PinId second = stableFirst ? order.candidatePin() : order.stablePin();
                    Future<McpSession.Report> one = session(ready, first, held, deadline);
                    Future<McpSession.Report> other = session(ready, second, held, deadline);
                    return stableFirst ? Future.join(one, other) : Future.join(other, one);
                })
                .onComplete(both -> {
                    inFlight--;
                    if (both.succeeded()) {
                        settle(place, both.result().resultAt(0), both.result().resultAt(1));
                    } else {
                        Arm arm = unmade(
                                both.cause() instanceof Failure failure
                                        ? failure.outcome()
                                        : Outcome.of(ProbeCode.PROBER_FAULT, "credentials: cannot be read"));
                        place.settle(arm, arm);
                    }
                    crew.settled(queue);
                });
    }

    private Future<McpSession.Report> session(Script ready, PinId pin, Credentials.Held held, Deadline deadline) {
        Visit visit =
                new Visit(ready, pin, order.token(), held.bearer(), held.ca(), Traces.trace(random), deadline, echo);
        Redaction redaction = new Redaction(
                Stream.concat(Stream.of(order.token()), held.bearer().stream()).toList());
        return crew.session(visit, redaction, random).run();
    }

    private void settle(PairQueue.Place place, McpSession.Report stable, McpSession.Report candidate) {
        Stream.of(stable, candidate).forEach(report -> {
            report.pause().ifPresent(pause::extend);
            if (report.arm().outcome() instanceof Outcome.Failed failed
                    && (failed.code() == ProbeCode.AUTH_CHALLENGE || failed.code() == ProbeCode.TLS_FAIL)) {
                credentials.doubt();
            }
        });
        place.settle(stable.arm(), candidate.arm());
    }

    private void lose(Instant now, ProbeCode code, String why) {
        Arm arm = unmade(Outcome.of(code, LOST + why));
        queue.open(sequence.next(now), now).settle(arm, arm);
    }

    private static Arm unmade(Outcome outcome) {
        return new Arm(outcome, Duration.ZERO, "", false, "");
    }
}
