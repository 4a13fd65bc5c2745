/** Wiring: configuration, the work queue that drives the loop, leadership, health and metrics. */
@NullMarked
package io.mcprollout.controller.app;

import org.jspecify.annotations.NullMarked;
