/** Agents that call MCP tools on a schedule of their own and notice when something fails. */
@NullMarked
package io.mcprollout.sandbox.agent;

import org.jspecify.annotations.NullMarked;
