package io.mcprollout.sandbox.server;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The faults that strike a request before the SDK sees it: delay, HTTP status, silence, broken bodies, JSON-RPC errors. */
final class FaultFilter extends HttpFilter {

    /** The response header that carries the server's version, on every answer whatever its status. */
    static final String VERSION_HEADER = "x-mcp-server-version";

    private static final long serialVersionUID = 1L;
    private static final double Z_99 = 2.3263478740408408; // 99 % quantile of the standard normal distribution
    private static final int TOOL_BYTES = 1024;

    private final transient String version;
    private final transient Supplier<Faults> faults;
    private final transient Dice dice;
    private final transient ScheduledExecutorService timer;

    FaultFilter(String version, Supplier<Faults> faults, Dice dice, ScheduledExecutorService timer) {
        this.version = version;
        this.faults = faults;
        this.dice = dice;
        this.timer = timer;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader(VERSION_HEADER, version);
        if (!request.getMethod().equals("POST")) {
            chain.doFilter(request, response);
            return;
        }
        RpcRequest rpc = new RpcRequest(request);
        for (Fault fault : faults.get().list()) {
            if (struck(fault, rpc, response)) {
                return;
            }
        }
        chain.doFilter(rpc, response);
    }

    /** True when the fault has answered the request, or never will. */
    private boolean struck(Fault fault, RpcRequest rpc, HttpServletResponse response) throws IOException {
        return switch (fault) {
            case Fault.Latency latency when Fault.covers(latency.on(), rpc.method()) -> delay(latency);
            case Fault.HttpError error
            when strikes(error.on(), error.rate(), rpc, "http") -> status(response, error.status());
            case Fault.Hang hang when strikes(hang.on(), hang.rate(), rpc, "hang") -> hang(hang.style(), rpc, response);
            case Fault.RpcError error
            when rpc.isCall() && strikes(error.on(), error.rate(), rpc, "rpc") ->
                json(response, answer(rpc, "error", "{\"code\":" + error.code() + ",\"message\":\"switched fault\"}}"));
            case Fault.Malformed cut
            when rpc.isCall() && strikes(cut.on(), cut.rate(), rpc, "malformed") ->
                json(response, answer(rpc, "result", "{\"content\":[{\"type\":\"te"));
            case Fault.Deep deep
            when rpc.isCall() && Fault.covers(deep.on(), rpc.method()) ->
                json(response, answer(rpc, "result", nested(deep.depth())));
            case Fault.HugeToolsList huge
            when rpc.method().equals("tools/list") -> hugeToolsList(huge.bytes(), rpc, response);
            default -> false;
        };
    }

    private boolean strikes(String on, double rate, RpcRequest rpc, String kind) {
        return Fault.covers(on, rpc.method()) && dice.strikes(kind + ' ' + on, rate);
    }

    private boolean delay(Fault.Latency latency) throws InterruptedIOException {
        double sigma = Math.log(latency.p99Ms() / latency.medianMs()) / Z_99;
        double ms = latency.medianMs() * Math.exp(sigma * dice.nextGaussian("latency " + latency.on()));
        try {
            TimeUnit.NANOSECONDS.sleep((long) (ms * 1e6));
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        }
    }

    private boolean hang(Fault.Hang.Style style, RpcRequest rpc, HttpServletResponse response) throws IOException {
        AsyncContext async = rpc.getRequest().startAsync();
        async.setTimeout(0); // never
        if (style == Fault.Hang.Style.NO_ANSWER) {
            return true;
        }
        response.setContentType("text/event-stream");
        PrintWriter writer = response.getWriter();
        response.flushBuffer();
        AtomicReference<@Nullable ScheduledFuture<?>> drip = new AtomicReference<>();
        drip.set(timer.scheduleAtFixedRate(() -> drip(writer, async, drip), 200, 200, TimeUnit.MILLISECONDS));
        return true;
    }

    private static void drip(
            PrintWriter writer, AsyncContext async, AtomicReference<@Nullable ScheduledFuture<?>> self) {
        writer.write(": still here\n\n");
        writer.flush();
        ScheduledFuture<?> task = self.get();
        if (writer.checkError() && task != null) { // the client has gone
            task.cancel(false);
            async.complete();
        }
    }

    private static boolean hugeToolsList(long bytes, RpcRequest rpc, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        var out = response.getOutputStream();
        String filler = "x".repeat(TOOL_BYTES);
        out.write(answer(rpc, "result", "{\"tools\":[").getBytes(StandardCharsets.UTF_8));
        long written = 0;
        for (int n = 0; written < bytes; n++) {
            byte[] tool = ((n == 0 ? "" : ",") + "{\"name\":\"tool_" + n
                            + "\",\"inputSchema\":{\"type\":\"object\"},\"description\":\"" + filler + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            out.write(tool);
            written += tool.length;
        }
        out.write("]}}".getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private static String nested(int depth) {
        return "{\"content\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";
    }

    /** The beginning of a JSON-RPC answer, up to and with {@code rest}, which closes it or not. */
    private static String answer(RpcRequest rpc, String member, String rest) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + rpc.id() + ",\"" + member + "\":" + rest;
    }

    private static boolean status(HttpServletResponse response, int status) throws IOException {
        response.setStatus(status);
        return write(response, "text/plain", "switched fault\n");
    }

    private static boolean json(HttpServletResponse response, String body) throws IOException {
        return write(response, "application/json", body);
    }

    private static boolean write(HttpServletResponse response, String type, String body) throws IOException {
        response.setContentType(type);
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return true;
    }
}
