package io.mcprollout.sandbox.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.story.Patience;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Agents with long sessions on the official Java client: {@code JavaAgentMain <url> <sessions> <calls per session> <seconds until the last begins>
 * <seconds that one lives>}. One JSON line per event on standard output: {@code {at, kind: "connect" | "call", ok, error}}. Every third session
 * makes one call that takes 20 seconds.
 */
public final class JavaAgentMain {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final URI url;
    private final int calls;
    private final Duration life;

    private JavaAgentMain(URI url, int calls, Duration life) {
        this.url = url;
        this.calls = calls;
        this.life = life;
    }

    /** Plays every session and ends. */
    public static void main(String[] args) {
        int sessions = Integer.parseInt(args[1]);
        Duration span = Duration.ofSeconds(Long.parseLong(args[3]));
        JavaAgentMain agents = new JavaAgentMain(
                URI.create(args[0]), Integer.parseInt(args[2]), Duration.ofSeconds(Long.parseLong(args[4])));
        Instant begin = Instant.now();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < sessions; number++) {
                int mine = number;
                Instant start = begin.plus(span.multipliedBy(number).dividedBy(sessions));
                threads.execute(() -> agents.session(mine, start));
            }
        }
        System.exit(0); // the client leaves threads behind
    }

    private void session(int number, Instant start) {
        until(start);
        McpSyncClient client = McpClient.sync(HttpClientStreamableHttpTransport.builder(
                                url.resolve("/").toString())
                        .endpoint(url.getPath())
                        .build())
                .requestTimeout(PATIENCE)
                .build();
        try {
            client.initialize();
            report("connect", true, "");
        } catch (RuntimeException e) { // whatever the client throws, there is no session
            report("connect", false, e.toString());
            return;
        }
        for (int i = 0; i < calls; i++) {
            until(start.plus(life.multipliedBy(i).dividedBy(calls)));
            boolean takesLong = number % 3 == 1 && i == calls / 3;
            call(client, "call " + i + " of " + number, takesLong);
        }
        client.closeGracefully();
    }

    private void call(McpSyncClient client, String message, boolean takesLong) {
        CallToolRequest request = takesLong
                ? CallToolRequest.builder("trigger-long-running-operation")
                        .arguments(Map.of("duration", 20, "steps", 10))
                        .build()
                : CallToolRequest.builder("echo")
                        .arguments(Map.of("message", message))
                        .build();
        try {
            CallToolResult answer = client.callTool(request);
            String text = answer.content().toString();
            boolean right = !Objects.equals(answer.isError(), true) && (takesLong || text.contains(message));
            report("call", right, right ? "" : message + ": wrong answer: " + text);
        } catch (RuntimeException e) { // every failure of a call is counted, whatever it is
            report("call", false, message + ": " + e);
        }
    }

    private synchronized void report(String kind, boolean ok, String error) {
        out.println(JSON.createObjectNode()
                .put("at", System.currentTimeMillis())
                .put("kind", kind)
                .put("ok", ok)
                .put("error", error.substring(0, Math.min(200, error.length()))));
    }

    private static void until(Instant due) {
        Duration left = Duration.between(Instant.now(), due);
        if (left.isPositive()) {
            Patience.pause(left);
        }
    }
}
