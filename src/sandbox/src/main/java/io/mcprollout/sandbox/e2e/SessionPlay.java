package io.mcprollout.sandbox.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A release of a server with sessions: how they are kept on their version, what goes wrong, and how it must end. */
enum SessionPlay {
    NONE("weights without pinning, for comparison", Server.EVERYTHING, "None", "Patch", false, "Promoted"),
    SERVER_MINTED("ids that the server tags", Server.MINTING, "ServerMinted", "Patch", false, "Promoted"),
    SERVER_MINTED_ROLLBACK(
            "ids that the server tags, and a rollback at 50 %",
            Server.MINTING, "ServerMinted", "Patch", true, "RolledBack"),
    GATEWAY("ids that the gateway tags", Server.EVERYTHING, "Gateway", "Delegate", false, "Promoted");

    /** Which server is released: its Deployments' file, and the image of its new version. */
    enum Server {
        EVERYTHING("everything.yaml", "mcp-server-everything:2026.8.31"),
        MINTING("minting.yaml", "mcp-session-server:1.1");

        private final String file;
        private final String next;

        Server(String file, String next) {
            this.file = file;
            this.next = next;
        }

        /** The manifests. */
        String file() {
            return file;
        }

        /** Image of the new version. */
        String next() {
            return next;
        }

        /** The new version. */
        String version() {
            return next.substring(next.indexOf(':') + 1);
        }
    }

    private final String title;
    private final Server server;
    private final String pinning;
    private final String mode;
    private final boolean fails;
    private final String expected;

    SessionPlay(String title, Server server, String pinning, String mode, boolean fails, String expected) {
        this.title = title;
        this.server = server;
        this.pinning = pinning;
        this.mode = mode;
        this.fails = fails;
        this.expected = expected;
    }

    /** Its name. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is about. */
    String title() {
        return title;
    }

    /** What is released. */
    Server server() {
        return server;
    }

    /** {@code spec.sessions.pinning}. */
    String pinning() {
        return pinning;
    }

    /** {@code spec.traffic.istio.mode}. */
    String mode() {
        return mode;
    }

    /** Whether the new version's own check fails from 50 % on, while it goes on to serve calls. */
    boolean fails() {
        return fails;
    }

    /** The phase in which it must end. */
    String expected() {
        return expected;
    }

    /** Whether no call may fail. */
    boolean isKept() {
        return this != NONE;
    }

    /** The plays that these words name, all for none; throws {@link IllegalArgumentException} with the words there are. */
    static List<SessionPlay> named(List<String> words) {
        return words.isEmpty()
                ? List.of(values())
                : words.stream().map(SessionPlay::named).toList();
    }

    private static SessionPlay named(String word) {
        return Arrays.stream(values())
                .filter(play -> play.id().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("play " + word + " is unknown; use some of "
                        + Arrays.stream(values()).map(SessionPlay::id).toList()));
    }
}
