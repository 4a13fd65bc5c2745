/** Probes of MCP servers over Streamable HTTP: sessions, their judgement, and the pairs made of them. */
@NullMarked
package io.mcprollout.controller.adapter.mcp;

import org.jspecify.annotations.NullMarked;
