package io.mcprollout.controller.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the administrator configures. */
@ConfigMapping(prefix = "mcprollout")
public interface ControllerConfig {
    /** Namespaces whose McpRollouts are carried out; none: all. */
    Optional<Set<String>> namespaces();

    /** Other namespaces whose VirtualServices they may name; matters only where the former are given. */
    Optional<Set<String>> routeNamespaces();

    /** Only McpRollouts with this {@code spec.controllerClass} are carried out; absent: only those without one. */
    Optional<String> controllerClass();

    /** How one of several controllers becomes the one that acts. */
    Lease lease();

    /** After this time the status of a rollout under way is written although nothing happened. */
    @WithDefault("30s")
    Duration snapshotInterval();

    /** Such writes of all rollouts together, in a second. */
    @WithDefault("50")
    int statusWritesPerSecond();

    /** Where probes and scrapes may connect to. */
    Egress egress();

    /** Addresses {@code host:port} that probes may dial instead of their URL's host, by the name that McpRollouts use. */
    Map<String, String> entryPoints();

    /** Mesh sources, by the name that McpRollouts use. */
    Map<String, Source> sources();

    /** The Lease that the acting controller holds. */
    interface Lease {
        /** Name of the Lease; a controller with a class appends a hyphen and the class. */
        @WithDefault("mcprollout")
        String name();

        /** Namespace of the Lease; absent: the controller's own. */
        Optional<String> namespace();

        /** Name of this controller in the Lease; absent: its pod's or host's name. */
        Optional<String> identity();

        /** How long a Lease that is not renewed is respected. */
        @WithDefault("10s")
        Duration duration();

        /** How long renewing is tried before this controller ends itself. */
        @WithDefault("7s")
        Duration renewDeadline();

        /** Time between attempts to get or renew the Lease. */
        @WithDefault("2s")
        Duration retryPeriod();
    }

    /** Kinds of address that may be connected to on behalf of a resource. */
    interface Egress {
        /** Link-local addresses and the clouds' metadata services. */
        @WithDefault("false")
        boolean metadata();

        /** The controller's own host. */
        @WithDefault("true")
        boolean loopback();

        /** Private addresses, which services in a cluster have. */
        @WithDefault("true")
        boolean privateNetworks();
    }

    /** One mesh source: exactly one of the members. */
    interface Source {
        /** Counters from a Prometheus server. */
        Optional<Prometheus> prometheus();

        /** Counters read from the proxies themselves. */
        Optional<Scrape> scrape();
    }

    /** A Prometheus server. */
    interface Prometheus {
        /** URL of its HTTP API, such as {@code http://prometheus.monitoring:9090}. */
        URI address();

        /** Queries of another mesh's counters; absent: {@code istio_requests_total}. */
        Optional<Queries> queries();

        /** How far back a sample may lie: at least two scrape intervals of that Prometheus. */
        @WithDefault("30s")
        Duration window();

        /** How far that Prometheus' clock may be off. */
        @WithDefault("500ms")
        Duration clockSkew();

        /** Bearer token; absent: no Authorization header. */
        Optional<String> token();
    }

    /**
     * A pair of PromQL queries whose results are cumulative counters of one slot; {@code ${namespace}}, {@code ${deployment}},
     * {@code ${host}} and {@code ${subset}} stand for the slot's own.
     */
    interface Queries {
        /** All requests. */
        String total();

        /** Failed requests. */
        String failed();
    }

    /** Proxies that expose their counters. */
    interface Scrape {
        /** Their addresses {@code host:port}; absent: they are found by namespace and selector. */
        Optional<List<String>> addresses();

        /** Namespace of their pods. */
        Optional<String> namespace();

        /** Label selector of their pods. */
        Optional<String> selector();

        /** Port of the exposition on the pods. */
        @WithDefault("15090")
        int port();

        /** Path of the exposition. */
        @WithDefault("/stats/prometheus")
        String path();

        /** Which of their counters are read. */
        @WithDefault("istio")
        String preset();
    }
}
