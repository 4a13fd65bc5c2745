package io.mcprollout.sandbox.server;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Objects;

/**
 * One thing that a sandbox server does wrong. {@code on} names the JSON-RPC method it strikes, {@code tool} the tool; both take {@code "*"} for
 * all. A {@code rate} is the share of the matching requests, 0..1.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Fault.ToolError.class, name = "toolError"),
    @JsonSubTypes.Type(value = Fault.RpcError.class, name = "rpcError"),
    @JsonSubTypes.Type(value = Fault.HttpError.class, name = "httpError"),
    @JsonSubTypes.Type(value = Fault.Latency.class, name = "latency"),
    @JsonSubTypes.Type(value = Fault.Hang.class, name = "hang"),
    @JsonSubTypes.Type(value = Fault.Malformed.class, name = "malformed"),
    @JsonSubTypes.Type(value = Fault.Deep.class, name = "deep"),
    @JsonSubTypes.Type(value = Fault.HugeToolsList.class, name = "hugeToolsList"),
    @JsonSubTypes.Type(value = Fault.ToolRemoved.class, name = "toolRemoved"),
    @JsonSubTypes.Type(value = Fault.ToolRenamed.class, name = "toolRenamed"),
    @JsonSubTypes.Type(value = Fault.ToolChanged.class, name = "toolChanged"),
    @JsonSubTypes.Type(value = Fault.Unready.class, name = "unready"),
    @JsonSubTypes.Type(value = Fault.Exit.class, name = "exit")
})
public sealed interface Fault {

    /** The name that stands for every method or every tool. */
    String ANY = "*";

    /** True when {@code pattern}, a name or {@link #ANY}, covers {@code name}. */
    static boolean covers(String pattern, String name) {
        return pattern.equals(ANY) || pattern.equals(name);
    }

    /** Calls of {@code tool} answered with HTTP 200 and a result whose {@code isError} is true: invisible to HTTP status. */
    record ToolError(String tool, double rate) implements Fault {
        /** Refuses a rate outside 0..1. */
        public ToolError {
            requireName("toolError.tool", tool);
            requireRate("toolError.rate", rate);
        }
    }

    /** Requests answered with HTTP 200 and a JSON-RPC error of this code. */
    record RpcError(String on, int code, double rate) implements Fault {
        /** Refuses a rate outside 0..1. */
        public RpcError {
            requireName("rpcError.on", on);
            requireRate("rpcError.rate", rate);
        }
    }

    /** Requests answered with this HTTP status, 400..599, and no JSON. */
    record HttpError(String on, int status, double rate) implements Fault {
        /** Refuses a status outside 400..599 and a rate outside 0..1. */
        public HttpError {
            requireName("httpError.on", on);
            requireRate("httpError.rate", rate);
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("httpError.status: " + status + " is no HTTP error; use 400..599");
            }
        }
    }

    /** Log-normal delay before the answer, given by two of its quantiles in milliseconds; equal quantiles are a constant delay. */
    record Latency(String on, double medianMs, double p99Ms) implements Fault {
        /** Refuses quantiles that no delay has. */
        public Latency {
            requireName("latency.on", on);
            if (!(medianMs > 0) || !(p99Ms >= medianMs)) {
                throw new IllegalArgumentException("latency: medianMs " + medianMs + " and p99Ms " + p99Ms
                        + " describe no delay; use 0 < medianMs <= p99Ms");
            }
        }
    }

    /** Requests that never end. */
    record Hang(String on, Style style, double rate) implements Fault {
        /** How a hanging server behaves on the wire. */
        public enum Style {
            /** Not one byte is sent. */
            NO_ANSWER,
            /** Headers of an event stream, then a comment every 200 ms and never a message: defeats timeouts that end at the headers or count silence. */
            ENDLESS_STREAM
        }

        /** Refuses a rate outside 0..1. */
        public Hang {
            requireName("hang.on", on);
            requireRate("hang.rate", rate);
        }
    }

    /** Requests answered with HTTP 200, {@code application/json}, and a body that is cut off in the middle. */
    record Malformed(String on, double rate) implements Fault {
        /** Refuses a rate outside 0..1. */
        public Malformed {
            requireName("malformed.on", on);
            requireRate("malformed.rate", rate);
        }
    }

    /** Requests answered with well-formed JSON-RPC whose result nests arrays {@code depth} deep. */
    record Deep(String on, int depth) implements Fault {
        /** Refuses a depth below 1. */
        public Deep {
            requireName("deep.on", on);
            if (depth < 1) {
                throw new IllegalArgumentException("deep.depth: " + depth + " nests nothing; use 1 or more");
            }
        }
    }

    /** {@code tools/list} answered with a valid list of about {@code bytes} bytes. */
    record HugeToolsList(long bytes) implements Fault {
        /** Refuses a size below 1. */
        public HugeToolsList {
            if (bytes < 1) {
                throw new IllegalArgumentException("hugeToolsList.bytes: " + bytes + " is no size; use 1 or more");
            }
        }
    }

    /** The tool is neither listed nor callable. */
    record ToolRemoved(String tool) implements Fault {
        /** Refuses an empty name. */
        public ToolRemoved {
            requireName("toolRemoved.tool", tool);
        }
    }

    /** The tool is listed and callable under another name only. */
    record ToolRenamed(String tool, String to) implements Fault {
        /** Refuses empty names. */
        public ToolRenamed {
            requireName("toolRenamed.tool", tool);
            requireName("toolRenamed.to", to);
        }
    }

    /** The tool's input schema demands one more property, {@code confirm}: the calls of yesterday fail. */
    record ToolChanged(String tool) implements Fault {
        /** Refuses an empty name. */
        public ToolChanged {
            requireName("toolChanged.tool", tool);
        }
    }

    /** {@code GET /ready} answers 503; requests are still served. */
    record Unready() implements Fault {}

    /** The server dies by itself {@code afterMs} milliseconds after its start, or after this fault was switched on. */
    record Exit(long afterMs, int code, String reason) implements Fault {
        /** Refuses a negative delay. */
        public Exit {
            requireName("exit.reason", reason);
            if (afterMs < 0) {
                throw new IllegalArgumentException("exit.afterMs: " + afterMs + " is in the past; use 0 or more");
            }
        }
    }

    private static void requireRate(String field, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(field + ": " + rate + " is no share; use 0..1");
        }
    }

    private static void requireName(String field, String name) {
        if (Objects.requireNonNullElse(name, "").isBlank()) {
            throw new IllegalArgumentException(field + ": missing; name one, or \"*\" where all are meant");
        }
    }
}
