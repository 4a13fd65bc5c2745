package io.mcprollout.sandbox.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What became of the sessions of one client in one run.
 *
 * @param pinning the run: how sessions were kept, and what happened
 * @param client which official client
 * @param sessions how many were begun
 * @param calls how many calls they made
 * @param failedCalls calls without a right answer
 * @param failedConnects sessions that could not be begun
 * @param streamsOpened streams of GET, and answers that lasted more than five seconds
 * @param streamsCut those that ended without their client or session having ended
 * @param sessionsOnCanary sessions that the new version minted
 */
record SessionRow(
        String pinning,
        String client,
        int sessions,
        int calls,
        int failedCalls,
        int failedConnects,
        int streamsOpened,
        int streamsCut,
        int sessionsOnCanary) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** A session: its id as the client has it, and what the answer that minted it said of its version. */
    record Minted(String id, String variant) {}

    /** Whether nothing failed. */
    boolean isWhole() {
        return failedCalls == 0 && failedConnects == 0 && streamsCut == 0 && calls > 0;
    }

    /** One line for people. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "  %-14s %3d sessions (%d on the new version), %d of %d calls failed, %d did not connect, %d of %d streams cut",
                client,
                sessions,
                sessionsOnCanary,
                failedCalls,
                calls,
                failedConnects,
                streamsCut,
                streamsOpened);
    }

    /** Writes the rows as a JSON array. */
    static void write(List<SessionRow> rows, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writeValue(file.toFile(), rows);
    }
}
