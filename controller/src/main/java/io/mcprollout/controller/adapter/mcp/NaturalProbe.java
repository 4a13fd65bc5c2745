package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.controller.egress.Deadline;
import io.mcprollout.controller.egress.HttpCall;
import io.mcprollout.controller.egress.Reader;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.policy.evidence.PinTest.Way;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/*
 * Who was chosen is known by the answer's header, or by the tag of the id that it minted. Where neither tells, the request is
 * nobody's: the mesh counts it as a user's, which it could be, and no other is made until the rules change, so that this
 * stays an exception. Confined to the event loop of the crew's context, but for what was counted.
 */
/** Asks for sessions as any client does, without the headers that probe rules know, and counts which incarnations weights chose. */
final class NaturalProbe {
    /** Least time between two. */
    private static final Duration RHYTHM = Duration.ofSeconds(1);

    private final Crew crew;
    private final SplittableRandom random;
    private final Map<PinId, Integer> chosen = new HashMap<>();
    private long lastNanos;
    private boolean isUnderWay;
    private boolean isBlind;

    NaturalProbe(Crew crew, SplittableRandom random) {
        this.crew = crew;
        this.random = random;
        this.lastNanos = System.nanoTime() - RHYTHM.toNanos();
    }

    /** Other rules may tell what the present ones do not. */
    void lookAgain() {
        isBlind = false;
    }

    /** Makes one, unless the last one is under way or less than a second ago. */
    void make(ProbeOrder order, Script script, Credentials.Held held) {
        long now = System.nanoTime();
        if (isUnderWay || isBlind || now - lastNanos < RHYTHM.toNanos()) {
            return;
        }
        isUnderWay = true;
        lastNanos = now;
        Visit visit = new Visit(
                script,
                order.stablePin(),
                order.token(),
                held.bearer(),
                held.ca(),
                Traces.trace(random),
                Deadline.after(order.spec().timeout()),
                new Echo());
        Listener listener = new Listener(order);
        Buffer body = Buffer.buffer(
                Wire.envelope("initialize", McpSession.offer(crew.tools().clientVersion()))
                        .put("id", 1)
                        .toString());
        MultiMap headers = Wire.posting(Wire.clientHeaders(visit, Optional.empty(), "", random));
        crew.tools()
                .http()
                .send(call(visit, HttpMethod.POST, headers, body), visit.deadline(), listener)
                .onComplete(answered -> {
                    isUnderWay = false;
                    isBlind = listener.head != null && listener.by.isEmpty();
                    end(visit, listener);
                });
    }

    /** How often each was chosen since this was asked last; by any thread. */
    Map<PinId, Integer> take() {
        synchronized (chosen) {
            Map<PinId, Integer> taken = Map.copyOf(chosen);
            chosen.clear();
            return taken;
        }
    }

    /* By the probe rule, which leads to the version whatever became of the others. */
    private void end(Visit visit, Listener listener) {
        Head head = listener.head;
        Optional<String> id = head == null ? Optional.empty() : head.header(TrafficPlan.SESSION);
        if (id.isEmpty() || listener.by.isEmpty() || !id.get().matches("[\\x21-\\x7E]+")) {
            return;
        }
        PinId pin = listener.by.get();
        MultiMap headers = Wire.clientHeaders(visit, id, "", random)
                .set(TrafficPlan.PROBE_VARIANT, pin.toString())
                .set(TrafficPlan.PROBE_TOKEN, visit.probeToken());
        Hearing hearing = new Hearing(crew.log(), pin.slot(), 0, false, visit.echo());
        crew.tools()
                .http()
                .send(call(visit, HttpMethod.DELETE, headers, Buffer.buffer()), Deadline.after(Wire.GOODBYE), hearing);
    }

    private static HttpCall call(Visit visit, HttpMethod method, MultiMap headers, Buffer body) {
        Script script = visit.script();
        return new HttpCall(method, script.spec().url(), script.dial(), visit.ca(), headers, body);
    }

    private static Optional<PinId> by(Head head, ProbeOrder order) {
        Optional<String> named = head.header(TrafficPlan.VARIANT);
        Optional<String> id = head.header(TrafficPlan.SESSION);
        for (Pin pin : order.sessions().pins().values()) {
            String own = pin.incarnation().toString();
            boolean isTagged = id.filter(minted -> minted.startsWith(Minted.MARK + own + TrafficPlan.TAG_END)
                            || Minted.way(minted, pin.tags()).equals(Optional.of(Way.SERVER_MINTED)))
                    .isPresent();
            if (named.map(own::equals).orElse(isTagged)) {
                return Optional.of(pin.incarnation());
            }
        }
        return Optional.empty();
    }

    /** Logs the request once it is known which slot was chosen: no reading of the mesh has counted it before. */
    private final class Listener implements Reader {
        private final ProbeOrder order;
        private Instant sent = Instant.EPOCH;
        private RequestLog.@Nullable Entry entry;
        private @Nullable Head head;
        private Optional<PinId> by = Optional.empty();

        Listener(ProbeOrder order) {
            this.order = order;
        }

        @Override
        public void sent() {
            sent = crew.clock().instant();
        }

        @Override
        public void head(Head arrived) {
            head = arrived;
            by = by(arrived, order);
            by.ifPresent(pin -> {
                entry = crew.log().sent(pin.slot(), sent);
                entry.answered(arrived.status(), pin.slot());
                synchronized (chosen) {
                    chosen.merge(pin, 1, Integer::sum);
                }
            });
        }

        @Override
        public boolean piece(Buffer piece) {
            return true;
        }

        @Override
        public void finished() {
            if (entry != null) {
                entry.finish();
            }
        }
    }
}
