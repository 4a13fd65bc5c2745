package io.mcprollout.it.scenario;

import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Sessions of users with servers that keep them in memory: each is begun by weight and then goes where the route's rules send it. */
final class Conversations {
    private final Cluster cluster;
    private final PlainRoute route;
    private final SplittableRandom random = new SplittableRandom(11);
    private final List<Conversation> open = new ArrayList<>();
    private Instant lastBegun = Instant.EPOCH;
    private final Duration pause;
    private Duration length;

    /** Requests that arrived at a version that does not know the session. */
    long lost;
    /** Sessions whose pods were replaced while they went on. */
    long cut;
    /** Sessions that were answered 404. */
    long ended;

    long served;
    long onCandidate;

    private final class Conversation {
        final Slot slot;
        final Revision revision;
        final Instant end;
        Instant next;

        Conversation(Slot slot, Instant begun) {
            this.slot = slot;
            this.revision = cluster.templates.getOrDefault(slot, Cluster.V1);
            this.end = begun.plus(length);
            this.next = begun.plus(pause);
        }
    }

    /** A session begins every second, lasts so long, and asks something after every pause. */
    Conversations(Cluster cluster, PlainRoute route, Duration length, Duration pause) {
        this.cluster = cluster;
        this.route = route;
        this.length = length;
        this.pause = pause;
    }

    void last(Duration next) {
        length = next;
    }

    /** Everything up to now. */
    void flow(Instant now) {
        if (!now.isBefore(lastBegun.plusSeconds(1))) {
            lastBegun = now;
            Slot slot = random.nextInt(100) < route.share() ? Slot.B : Slot.A;
            onCandidate += slot == Slot.B ? 1 : 0;
            cluster.traffic.request(slot);
            open.add(new Conversation(slot, now));
        }
        open.removeIf(conversation -> isOver(conversation, now));
    }

    private boolean isOver(Conversation conversation, Instant now) {
        if (!conversation.revision.equals(cluster.templates.get(conversation.slot))) {
            cut++;
            return true;
        }
        if (now.isBefore(conversation.next)) {
            return false;
        }
        if (now.isAfter(conversation.end)) {
            return true;
        }
        conversation.next = now.plus(pause);
        return !isServed(conversation);
    }

    private boolean isServed(Conversation conversation) {
        Sessions kept = route.kept;
        String tag = cluster.tag(conversation.slot);
        Pin pin = kept.pins().values().stream()
                .filter(one -> one.tags().contains(tag))
                .findFirst()
                .orElse(null);
        if (pin != null && pin.ended()) {
            ended++;
            return false;
        }
        Slot byWeight = random.nextInt(100) < route.share() ? Slot.B : Slot.A;
        Slot to = pin == null ? kept.adoption().orElse(byWeight) : pin.slot();
        cluster.traffic.request(to);
        served++;
        lost += to == conversation.slot ? 0 : 1;
        return to == conversation.slot;
    }
}
