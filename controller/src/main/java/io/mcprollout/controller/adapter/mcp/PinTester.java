package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.traffic.PinId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/*
 * One test at a time, beside the pairs and without a say in their rhythm. What can lose sessions at once, other rules, is
 * told by the order or by the gateway's echo and is tested at once; the rhythm is for what nobody tells. Until a test of the
 * present rules passed, the next one comes sooner: rules that were just written take a moment to be followed. Confined to the
 * event loop of the crew's context, but for the last finding.
 */
/** Tests again and again whether the sessions of one order's server stay where they were minted, and keeps one session of each version open between tests. */
final class PinTester {
    /** Between tests that find what they found before: forty small requests in half a minute are as many as slow pairs make. */
    static final Duration RHYTHM = Duration.ofSeconds(30);

    /** This part of the rhythm is the least time between tests that nobody ordered. */
    private static final int SOONER = 6;

    private final Crew crew;
    private final @Nullable Script script;
    private final String problem;
    private final Credentials credentials;
    private final Pause pause;
    private final Echo echo;
    private final SplittableRandom random;
    private final Map<PinId, Minted> kept = new LinkedHashMap<>();
    private ProbeOrder order;
    private long timer = -1;
    private long begunNanos;
    private int failures;
    private boolean isSettled;
    private boolean isRunning;
    private boolean isOvertaken;
    private boolean isEchoKnown;
    private boolean isEchoNew;
    private boolean isStopped;
    private volatile @Nullable Finding last;

    private record Finding(ProbeOrder order, PinTest test) {}

    PinTester(
            Crew crew,
            ProbeOrder order,
            @Nullable Script script,
            String problem,
            Credentials credentials,
            Pause pause,
            Echo echo,
            SplittableRandom random) {
        this.crew = crew;
        this.order = order;
        this.script = script;
        this.problem = problem;
        this.credentials = credentials;
        this.pause = pause;
        this.echo = echo;
        this.random = random;
    }

    /** Begins, if the order keeps any sessions. */
    void start() {
        dueAtOnce();
    }

    /** Goes on with an order that differs in its sessions or its round at most: then what was found is void, and a test is made at once. */
    void change(ProbeOrder changed) {
        boolean isOther = !isSameRound(changed, order);
        order = changed;
        if (isOther && !isStopped) {
            last = null;
            isOvertaken = isRunning;
            dueAtOnce();
        }
    }

    /** Makes no test any more and ends the sessions that are open. */
    void stop() {
        isStopped = true;
        crew.vertx().cancelTimer(timer);
        endKept();
    }

    /** The last finding about an order's sessions in its round. */
    Optional<PinTest> last(ProbeOrder asked) {
        Finding finding = last;
        return finding != null && isSameRound(finding.order(), asked) ? Optional.of(finding.test()) : Optional.empty();
    }

    private static boolean isSameRound(ProbeOrder a, ProbeOrder b) {
        return a.sessions().equals(b.sessions()) && a.round() == b.round();
    }

    private void dueAtOnce() {
        isSettled = false;
        failures = 0;
        if (order.sessions().isNone()) {
            crew.vertx().cancelTimer(timer);
            endKept();
        } else {
            due(Duration.ZERO);
        }
    }

    /* The very first echo, heard by a test in course, is what that test is about. */
    /** The gateway follows another plan. */
    void echoed() {
        boolean isFirst = !isEchoKnown;
        isEchoKnown = true;
        if (isStopped || order.sessions().isNone()) {
            return;
        }
        if (isRunning) {
            isEchoNew |= !isFirst;
        } else {
            isSettled = false;
            failures = 0;
            due(soonest());
        }
    }

    private Duration soonest() {
        Duration spent = Duration.ofNanos(System.nanoTime() - begunNanos);
        return begunNanos == 0 ? Duration.ZERO : sooner().minus(spent);
    }

    private Duration sooner() {
        return crew.tools().testsEvery().dividedBy(SOONER);
    }

    private void due(Duration in) {
        crew.vertx().cancelTimer(timer);
        Duration wait = in.compareTo(pause.left()) < 0 ? pause.left() : in;
        timer = crew.vertx().setTimer(Math.max(1, wait.toMillis()), fired -> begin());
    }

    private void begin() {
        if (isStopped || isRunning) {
            return;
        }
        if (pause.isOn()) {
            due(pause.left());
            return;
        }
        if (script == null) {
            last = new Finding(order, new PinTest.Unanswered(crew.clock().instant(), problem));
            return;
        }
        isRunning = true;
        begunNanos = System.nanoTime();
        ProbeOrder tested = order;
        Script ready = script;
        credentials
                .get()
                .compose(held -> new PinRun(
                                crew, tested, ready, held, echo, random.split(), () -> isStopped || isOvertaken)
                        .make(List.copyOf(kept.values())))
                .onComplete(done -> {
                    isRunning = false;
                    if (done.succeeded()) {
                        take(tested, done.result());
                    } else {
                        String cause = String.valueOf(done.cause().getMessage());
                        publish(tested, new PinTest.Unanswered(crew.clock().instant(), cause));
                    }
                    next();
                });
    }

    private void take(ProbeOrder tested, PinRun.Found found) {
        found.pause().ifPresent(pause::extend);
        if (found.isDoubtful()) {
            credentials.doubt();
        }
        found.lost().forEach(lost -> {
            if (kept.remove(lost.pin(), lost)) {
                lost.session().end();
            }
        });
        boolean isGood = found.test() instanceof PinTest.Passed
                && !isStopped
                && !order.sessions().isNone();
        found.minted().stream()
                .filter(minted -> isGood && !kept.containsKey(minted.pin()))
                .forEach(minted -> kept.put(minted.pin(), minted));
        endAllBut(found.opened());
        publish(tested, found.test());
    }

    private void endAllBut(Collection<McpSession> opened) {
        List<McpSession> open = kept.values().stream().map(Minted::session).toList();
        opened.stream().filter(session -> !open.contains(session)).forEach(McpSession::end);
    }

    private void endKept() {
        kept.values().forEach(minted -> minted.session().end());
        kept.clear();
    }

    private void publish(ProbeOrder tested, PinTest test) {
        if (isStopped || isOvertaken) {
            return;
        }
        last = new Finding(tested, test);
        if (test instanceof PinTest.Lost || test instanceof PinTest.Unanswered) {
            failures++;
        } else {
            isSettled = true;
        }
        if (test instanceof PinTest.Lost) {
            crew.news().accept(crew.rollout());
        }
    }

    private void next() {
        if (isStopped || order.sessions().isNone()) {
            return;
        }
        if (isOvertaken || isEchoNew) {
            isSettled = false;
            failures = 0;
        }
        Duration wait = isOvertaken ? Duration.ZERO : isEchoNew ? soonest() : isSettled ? usual() : notYet();
        isOvertaken = false;
        isEchoNew = false;
        due(wait);
    }

    private Duration notYet() {
        return sooner().multipliedBy(Math.min(failures, SOONER));
    }

    /* Rollouts that began together do not go on together. */
    private Duration usual() {
        return Duration.ofMillis((long) (crew.tools().testsEvery().toMillis() * random.nextDouble(0.9, 1.1)));
    }
}
