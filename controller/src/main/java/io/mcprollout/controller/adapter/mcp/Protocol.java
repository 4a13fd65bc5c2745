package io.mcprollout.controller.adapter.mcp;

import java.util.List;

/** Versions of Streamable HTTP that the prober speaks, and what differs between them. */
final class Protocol {
    /** What initialize offers. */
    static final String LATEST = "2025-11-25";

    /** What a server may choose. */
    static final List<String> ACCEPTED = List.of("2025-03-26", "2025-06-18", LATEST);

    private Protocol() {}

    /** Whether requests after initialize carry {@code MCP-Protocol-Version}. */
    static boolean namesItself(String version) {
        return version.compareTo("2025-06-18") >= 0;
    }

    /** Whether a server may end a stream after an event id and expect to be asked again. */
    static boolean polls(String version) {
        return version.compareTo("2025-11-25") >= 0;
    }

    /** Whether an answer may be an array of messages. */
    static boolean batches(String version) {
        return version.equals("2025-03-26");
    }
}
