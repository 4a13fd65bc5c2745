package io.mcprollout.sandbox.server;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import jakarta.servlet.http.HttpServlet;
import java.util.function.BiFunction;

/** The official SDK's server in one of its two modes, behind the few things that the sandbox asks of it. */
sealed interface Protocol {

    /** The path of the MCP endpoint. */
    String PATH = "/mcp";

    /** What answers HTTP at {@link #PATH}. */
    HttpServlet servlet();

    /** Offers a tool; {@code call} answers it. */
    void add(ServedTool tool, BiFunction<ServedTool, CallToolRequest, CallToolResult> call);

    /** Offers the tool no longer. */
    void remove(String tool);

    /** Ends every session. */
    void close();

    /** A server of this mode, without tools. */
    static Protocol start(ServerSpec spec) {
        return spec.mode() == ServerSpec.Mode.STATEFUL ? Stateful.start(spec) : Stateless.start(spec);
    }

    /** Mints a session id at {@code initialize}. */
    record Stateful(HttpServletStreamableServerTransportProvider servlet, McpSyncServer server) implements Protocol {

        static Stateful start(ServerSpec spec) {
            HttpServletStreamableServerTransportProvider servlet =
                    HttpServletStreamableServerTransportProvider.builder()
                            .mcpEndpoint(PATH)
                            .build();
            McpSyncServer server = McpServer.sync(servlet)
                    .serverInfo(spec.name(), spec.version())
                    .capabilities(ServerCapabilities.builder().tools(true).build())
                    .immediateExecution(true)
                    .build();
            return new Stateful(servlet, server);
        }

        @Override
        public void add(ServedTool tool, BiFunction<ServedTool, CallToolRequest, CallToolResult> call) {
            server.addTool(new McpServerFeatures.SyncToolSpecification(
                    tool.listed(), (exchange, request) -> call.apply(tool, request)));
        }

        @Override
        public void remove(String tool) {
            server.removeTool(tool);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** Knows no sessions. */
    record Stateless(HttpServletStatelessServerTransport servlet, McpStatelessSyncServer server) implements Protocol {

        static Stateless start(ServerSpec spec) {
            HttpServletStatelessServerTransport servlet = HttpServletStatelessServerTransport.builder()
                    .messageEndpoint(PATH)
                    .build();
            McpStatelessSyncServer server = McpServer.sync(servlet)
                    .serverInfo(spec.name(), spec.version())
                    .capabilities(ServerCapabilities.builder().tools(false).build())
                    .immediateExecution(true)
                    .build();
            return new Stateless(servlet, server);
        }

        @Override
        public void add(ServedTool tool, BiFunction<ServedTool, CallToolRequest, CallToolResult> call) {
            server.addTool(new McpStatelessServerFeatures.SyncToolSpecification(
                    tool.listed(), (context, request) -> call.apply(tool, request)));
        }

        @Override
        public void remove(String tool) {
            server.removeTool(tool);
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
