package io.mcprollout.sandbox.server;

import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * An MCP server on 127.0.0.1 that speaks Streamable HTTP at {@code /mcp} through the official SDK, answers {@code GET /ready}, and whose faults
 * can be switched at any time. Safe for any number of threads; start another one after it has exited.
 */
public final class SandboxServer implements AutoCloseable {

    /** How a server ended by itself: exit code and the reason that a kubelet would report. */
    public record Exit(int code, String reason) {}

    /** The member of a tool result's {@code _meta} that carries the version that answered. */
    public static final String VERSION_META = "mcprollout.io/version";

    private final ServerSpec spec;
    private final Protocol protocol;
    private final Dice dice;
    private final List<ServedTool> tools = Toolbox.tools(Clock.systemUTC());
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final Server jetty;
    private final ServerConnector connector;
    private int port; // written once, before the server is handed out
    private volatile Faults faults = Faults.none();
    private Map<String, ServedTool> served = Map.of();
    private List<? extends Future<?>> exits = List.of();

    private SandboxServer(ServerSpec spec) {
        this.spec = spec;
        protocol = Protocol.start(spec);
        dice = new Dice(spec.seed());
        jetty = new Server(SharedThreads.POOL, SharedThreads.SCHEDULER, SharedThreads.BUFFERS);
        connector = new ServerConnector(jetty, null, null, null, 1, 1, new HttpConnectionFactory());
        connector.setHost("127.0.0.1");
        connector.setPort(spec.port());
        connector.setIdleTimeout(TimeUnit.MINUTES.toMillis(10));
        jetty.addConnector(connector);
        jetty.setHandler(handler());
    }

    /** Starts the server and returns when it listens; throws {@link UncheckedIOException} when the port is taken. */
    public static SandboxServer start(ServerSpec spec) {
        SandboxServer server = new SandboxServer(spec);
        server.faults(spec.faults());
        try {
            server.jetty.start();
            server.port = server.connector.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + spec.port(), e);
        } catch (Exception e) {
            throw new IllegalStateException("the servlet container did not start", e);
        }
        return server;
    }

    /** What was asked for. */
    public ServerSpec spec() {
        return spec;
    }

    /** The port it listens on, or listened on before it ended. */
    public int port() {
        return port;
    }

    /** The MCP endpoint. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port() + Protocol.PATH);
    }

    /** What it does wrong now. */
    public Faults faults() {
        return faults;
    }

    /** Does these things wrong from now on, instead of what it did wrong before. */
    public synchronized void faults(Faults next) {
        faults = next;
        serve(Toolbox.under(next, tools));
        exits.forEach(pending -> pending.cancel(false));
        exits = next.all(Fault.Exit.class).stream().map(this::schedule).toList();
    }

    /** Completes when the server has ended by itself: not by {@link #close}. */
    public CompletionStage<Exit> exit() {
        return exit.minimalCompletionStage();
    }

    /** Dies like a killed process: every connection is reset, nothing listens any more, {@link #exit} completes. */
    public void crash(int code, String reason) {
        // listening ends first, for a client whose connection is reset comes again at once
        connector.close();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            reset(endPoint);
        }
        stop();
        exit.complete(new Exit(code, reason));
    }

    /** Ends the server and its connections without completing {@link #exit}. */
    @Override
    public synchronized void close() {
        exits.forEach(pending -> pending.cancel(false));
        stop();
    }

    /* Not on the timer's own thread: stopping waits for requests. */
    private Future<?> schedule(Fault.Exit fault) {
        return SharedThreads.TIMER.schedule(
                () -> SharedThreads.POOL.execute(() -> crash(fault.code(), fault.reason())),
                fault.afterMs(),
                TimeUnit.MILLISECONDS);
    }

    private void serve(Map<String, ServedTool> next) {
        for (ServedTool old : served.values()) {
            if (!old.equals(next.get(old.name()))) {
                protocol.remove(old.name());
            }
        }
        for (ServedTool tool : next.values()) {
            if (!tool.equals(served.get(tool.name()))) {
                protocol.add(tool, this::call);
            }
        }
        served = next;
    }

    private CallToolResult call(ServedTool tool, CallToolRequest request) {
        for (Fault.ToolError error : faults.all(Fault.ToolError.class)) {
            if (Fault.covers(error.tool(), tool.name()) && dice.strikes("tool " + tool.name(), error.rate())) {
                return result("upstream of " + tool.name() + " is broken", true);
            }
        }
        try {
            return result(tool.body().apply(request.arguments()), false);
        } catch (IllegalArgumentException e) {
            return result(Objects.toString(e.getMessage()), true);
        }
    }

    private CallToolResult result(String text, boolean isError) {
        return CallToolResult.builder()
                .addTextContent(text)
                .isError(isError)
                .meta(Map.of(VERSION_META, spec.version()))
                .build();
    }

    private ServletContextHandler handler() {
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder mcp = new ServletHolder(protocol.servlet());
        mcp.setAsyncSupported(true);
        FilterHolder filter =
                new FilterHolder(new FaultFilter(spec.version(), this::faults, dice, SharedThreads.TIMER));
        filter.setAsyncSupported(true);
        context.addFilter(filter, Protocol.PATH, EnumSet.of(DispatcherType.REQUEST));
        if (!spec.sessionTag().isEmpty()) {
            FilterHolder tag = new FilterHolder(new SessionTag(spec.sessionTag()));
            tag.setAsyncSupported(true);
            context.addFilter(tag, Protocol.PATH, EnumSet.of(DispatcherType.REQUEST));
        }
        context.addServlet(mcp, Protocol.PATH);
        context.addServlet(new ServletHolder(new Ready()), "/ready");
        return context;
    }

    private void stop() {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the servlet container did not stop", e);
        }
        protocol.close();
    }

    private static void reset(EndPoint endPoint) {
        if (endPoint.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.close();
            } catch (IOException e) {
                endPoint.close(e);
            }
        } else {
            endPoint.close();
        }
    }

    private final class Ready extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(faults().all(Fault.Unready.class).isEmpty() ? 200 : 503);
        }
    }
}
