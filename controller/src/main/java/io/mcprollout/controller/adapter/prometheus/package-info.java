/** Reads the mesh's counters from a Prometheus by its HTTP API: raw samples, never rates. */
@NullMarked
package io.mcprollout.controller.adapter.prometheus;

import org.jspecify.annotations.NullMarked;
