package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Answer;
import io.mcprollout.controller.egress.BoundedJson;
import io.mcprollout.controller.egress.Deadline;
import io.mcprollout.controller.egress.HttpCall;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/*
 * The first request goes alone: where rules keep no session, one is enough to see it. The client gives every call a
 * connection of its own, so no request profits from a connection that already leads to the right pod. Confined to the event
 * loop of the crew's context.
 */
/** Goes on with one session as any client of it would: pings that carry its id and nothing else by which a rule could know them. */
final class FollowUps {
    /** Requests under way at once. */
    static final int LANES = 5;

    /** How often a request is sent that gets no answer. */
    static final int TRIES = 3;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);

    private final Crew crew;
    private final Visit visit;
    private final Minted minted;
    private final FollowUpJudge judge;
    private final SplittableRandom random;
    private final BooleanSupplier isOver;
    private int left;
    private int served;

    /**
     * Follows a session.
     *
     * @param visit of the same version; its deadline is for all requests together
     * @param isOver whether nobody wants to know any more
     */
    FollowUps(
            Crew crew,
            Visit visit,
            Minted minted,
            FollowUpJudge judge,
            SplittableRandom random,
            BooleanSupplier isOver) {
        this.crew = crew;
        this.visit = visit;
        this.minted = minted;
        this.judge = judge;
        this.random = random;
        this.isOver = isOver;
    }

    /** Requests that were served so far. */
    int served() {
        return served;
    }

    /** Makes so many requests, or fewer when one is not served; the future never fails. */
    Future<Verdict> make(int count) {
        left = count - 1;
        return one(TRIES).compose(first -> first instanceof Verdict.Served ? lanes() : Future.succeededFuture(first));
    }

    private Future<Verdict> lanes() {
        List<Future<Verdict>> lanes = Stream.generate(this::lane).limit(LANES).toList();
        return Future.join(lanes).map(all -> worst(lanes.stream().map(Future::result)));
    }

    private Future<Verdict> lane() {
        if (left <= 0) {
            return Future.succeededFuture(new Verdict.Served());
        }
        left--;
        return one(TRIES).compose(verdict -> {
            if (verdict instanceof Verdict.Served) {
                return lane();
            }
            left = 0;
            return Future.succeededFuture(verdict);
        });
    }

    /** What all of them say together: a loss speaks louder than silence. */
    static Verdict worst(Stream<Verdict> verdicts) {
        return verdicts.reduce(new Verdict.Served(), (a, b) -> rank(b) > rank(a) ? b : a);
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Served served -> 0;
            case Verdict.Nothing nothing -> 1;
            case Verdict.Lost lost -> 2;
        };
    }

    private Future<Verdict> one(int tries) {
        if (isOver.getAsBoolean()) {
            return Future.succeededFuture(Verdict.Nothing.of("the test was given up"));
        }
        if (visit.deadline().isOver()) {
            return Future.succeededFuture(Verdict.Nothing.of("the test did not end before its deadline"));
        }
        return send().compose(verdict -> {
            boolean isAgain = verdict instanceof Verdict.Nothing nothing
                    && nothing.isBlip()
                    && tries > 1
                    && visit.deadline().left().compareTo(BETWEEN_TRIES.multipliedBy(2)) > 0;
            if (verdict instanceof Verdict.Served) {
                served++;
            }
            return isAgain
                    ? crew.vertx()
                            .timer(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)
                            .compose(next -> one(tries - 1))
                    : Future.succeededFuture(verdict);
        });
    }

    private Future<Verdict> send() {
        int id = random.nextInt(1_000, Integer.MAX_VALUE);
        Hearing hearing =
                new Hearing(crew.log(), minted.pin().slot(), id, Protocol.batches(minted.protocol()), new Echo());
        HttpCall call = new HttpCall(
                HttpMethod.POST,
                visit.script().spec().url(),
                visit.script().dial(),
                visit.ca(),
                Wire.posting(Wire.clientHeaders(visit, Optional.of(minted.id()), minted.protocol(), random)),
                Buffer.buffer(Wire.envelope("ping", BoundedJson.object())
                        .put("id", id)
                        .toString()));
        Duration usual = visit.script().spec().timeout();
        Duration rest = visit.deadline().left();
        Future<Answer> answer =
                crew.tools().http().send(call, Deadline.after(usual.compareTo(rest) < 0 ? usual : rest), hearing);
        return answer.map(arrived -> judge.judge(minted, hearing, arrived));
    }
}
