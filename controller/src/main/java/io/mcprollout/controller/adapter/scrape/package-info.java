/** Reads the counters of gateways from their own metrics endpoints, without a Prometheus between. */
@NullMarked
package io.mcprollout.controller.adapter.scrape;

import org.jspecify.annotations.NullMarked;
