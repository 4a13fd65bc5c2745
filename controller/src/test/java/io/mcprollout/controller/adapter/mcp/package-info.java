/** Probes against servers on real sockets. */
@NullMarked
package io.mcprollout.controller.adapter.mcp;

import org.jspecify.annotations.NullMarked;
