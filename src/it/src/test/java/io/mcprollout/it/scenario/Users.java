package io.mcprollout.it.scenario;

import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MetricSource;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.Prober;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Users, probes and the mesh that counts both, on the cluster's clock. */
final class Users implements Prober {
    private static final Duration LATENCY = Duration.ofMillis(20);

    private final Site site;
    private final SplittableRandom random;
    private final Map<Series, Long> counters = new HashMap<>();
    private final List<ProbeRequest> requests = new ArrayList<>();
    private final List<ProbePair> pairs = new ArrayList<>();
    private final List<Reading> readings = new ArrayList<>();
    private final Map<Slot, SortedMap<Double, Long>> durations = new EnumMap<>(Slot.class);
    private final Map<Slot, Long> failedForUsers = new EnumMap<>(Slot.class);
    private List<ProbeOrder> probeOrders = List.of();
    private List<MeshOrder> meshOrders = List.of();
    private final Map<String, Instant> lastPair = new HashMap<>();
    private Instant lastRead = Instant.EPOCH;
    private long sequence;
    private long requestId;
    private double owed;

    double usersPerSecond = 10;
    /** Requests a second that reach slot B whatever the weights say. */
    double pastTheRoute;

    boolean failsPastTheRoute;

    private double owedPast;

    /** Calls that take long, as the mesh tells them. */
    Map<Slot, Long> underWay = Map.of();

    /** What else is asked up to an instant. */
    Consumer<Instant> also = now -> {};

    /** What a test says whether sessions stay with their version. */
    Function<Instant, PinTest> pinTest = at -> new PinTest.Passed(at, PinTest.Way.SERVER_MINTED, 40);

    private Map<String, PinTest> tests = new HashMap<>();
    final Map<Slot, Double> slowForUsers = new EnumMap<>(Slot.class);
    boolean meshDown;
    /** What the mesh's source remembers, if anything, when an attempt begins to ask it. */
    Map<Slot, List<Tally>> remembered = Map.of();

    boolean probesFaulty;
    /** Entry points that let nothing through to either version. */
    Set<String> closedEntryPoints = Set.of();

    Users(Site site, long seed) {
        this.site = site;
        this.random = new SplittableRandom(seed);
        for (Slot slot : Slot.values()) {
            counters.put(new Series("gateway", slot, false), 0L);
            counters.put(new Series("gateway", slot, true), 0L);
            durations.put(slot, new TreeMap<>(Map.of(50.0, 0L, 250.0, 0L, 5000.0, 0L, Double.POSITIVE_INFINITY, 0L)));
        }
    }

    /** Everything that happens up to now, in the order in which it happens. */
    void flow(Instant from, Instant to) {
        owed += usersPerSecond * Duration.between(from, to).toMillis() / 1000.0;
        for (; owed >= 1; owed--) {
            Slot slot = random.nextInt(100) < site.share(Slot.B) ? Slot.B : Slot.A;
            boolean bad = random.nextDouble() < site.version(slot).httpAt(to) || !site.isUp(slot);
            count(slot, bad);
            if (!bad) {
                took(slot, random.nextDouble() < slowForUsers.getOrDefault(slot, 0.0) ? 2000 : 20);
            }
            if (bad) {
                failedForUsers.merge(slot, 1L, Long::sum);
            }
        }
        also.accept(to);
        owedPast += pastTheRoute * Duration.between(from, to).toMillis() / 1000.0;
        for (; owedPast >= 1; owedPast--) {
            count(Slot.B, failsPastTheRoute);
        }
        for (ProbeOrder order : probeOrders) {
            String name = order.spec().name();
            if (!to.isBefore(lastPair.getOrDefault(name, Instant.EPOCH).plus(order.interval()))) {
                lastPair.put(name, to);
                if (!order.sessions().isNone() && site.mintsSessions()) {
                    tests.putIfAbsent(name, pinTest.apply(to));
                }
                boolean closed = closed(order);
                pairs.add(new ProbePair(
                        name,
                        ++sequence,
                        to,
                        closed ? refused() : arm(order.stable(), to),
                        closed ? refused() : arm(order.stable().other(), to)));
            }
        }
        for (MeshOrder order : meshOrders) {
            if (!to.isBefore(lastRead.plus(order.interval()))) {
                lastRead = to;
                readings.add(
                        meshDown
                                ? new Reading.Unreadable(order.stream(), to, "connection refused")
                                : new Reading.Counters(
                                        order.stream(), to, Duration.ofMillis(1), counters, latency(to), underWay));
            }
        }
    }

    /** A request that is answered well. */
    void request(Slot slot) {
        count(slot, false);
        took(slot, 20);
    }

    private Reading.Latency latency(Instant at) {
        List<Reading.Histogram> histograms = new ArrayList<>();
        durations.forEach((slot, atMost) -> histograms.add(new Reading.Histogram("gateway", slot, atMost)));
        return new Reading.Latency(at, Duration.ofMillis(1), histograms, "");
    }

    private void took(Slot slot, int millis) {
        durations.getOrDefault(slot, new TreeMap<>()).replaceAll((bound, count) -> millis <= bound ? count + 1 : count);
    }

    private void count(Slot slot, boolean bad) {
        counters.merge(new Series("gateway", slot, bad), 1L, Long::sum);
    }

    private boolean closed(ProbeOrder order) {
        return order.spec().entryPoint().filter(closedEntryPoints::contains).isPresent();
    }

    private static Arm refused() {
        return new Arm(
                Outcome.of(ProbeCode.HTTP_5XX, "initialize answered 503"),
                LATENCY,
                "",
                false,
                "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    private Arm arm(Slot slot, Instant at) {
        boolean http = random.nextDouble() < site.version(slot).httpAt(at) || !site.isUp(slot);
        boolean tool = random.nextDouble() < site.version(slot).toolAt(at);
        count(slot, http);
        if (!http) {
            took(slot, 20);
        }
        requests.add(new ProbeRequest(++requestId, slot, http, at.minus(LATENCY), at.minusMillis(2)));
        return new Arm(
                outcome(http, tool), LATENCY, "2025-11-25", site.mintsSessions(), "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    private Outcome outcome(boolean http, boolean tool) {
        if (probesFaulty) {
            return Outcome.of(ProbeCode.PROBER_FAULT, "the prober has no network");
        }
        if (http) {
            return Outcome.of(ProbeCode.HTTP_5XX, "initialize answered 503");
        }
        return tool ? Outcome.of(ProbeCode.CALL_IS_ERROR, "get_current_time answered isError") : new Outcome.Ok();
    }

    long failedForUsers(Slot slot) {
        return failedForUsers.getOrDefault(slot, 0L);
    }

    long pairsSeen() {
        return sequence;
    }

    @Override
    public void pace(RolloutKey rollout, List<ProbeOrder> orders) {
        boolean next = !orders.equals(probeOrders);
        probeOrders = List.copyOf(orders);
        tests = next ? new HashMap<>() : tests;
    }

    @Override
    public Prober.Seen drain(RolloutKey rollout, Instant now) {
        var seen = new Prober.Seen(pairs, requests, Instant.EPOCH, tests, Map.of());
        pairs.clear();
        requests.clear();
        return seen;
    }

    /** The mesh side of this double: two ports with the same verbs cannot be one class. */
    MetricSource mesh() {
        return new MetricSource() {
            @Override
            public void pace(RolloutKey rollout, List<MeshOrder> orders) {
                if (meshOrders.isEmpty()) {
                    orders.forEach(order -> readings.add(
                            new Reading.Past(order.stream(), site.now().minusSeconds(31), remembered)));
                }
                meshOrders = List.copyOf(orders);
            }

            @Override
            public List<Reading> drain(RolloutKey rollout, Instant now) {
                List<Reading> seen = List.copyOf(readings);
                readings.clear();
                return seen;
            }
        };
    }
}
