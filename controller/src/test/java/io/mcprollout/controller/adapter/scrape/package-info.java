/** Tests of what is read of the mesh's counters. */
@NullMarked
package io.mcprollout.controller.adapter.scrape;

import org.jspecify.annotations.NullMarked;
