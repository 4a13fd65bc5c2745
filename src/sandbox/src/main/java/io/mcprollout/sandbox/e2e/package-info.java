/** Rollouts on the real data plane: Envoy, MCP servers that nobody here wrote, official clients, and the packaged controller. */
@NullMarked
package io.mcprollout.sandbox.e2e;

import org.jspecify.annotations.NullMarked;
