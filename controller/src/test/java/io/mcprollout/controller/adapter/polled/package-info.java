/** Tests of what is read of the mesh's counters. */
@NullMarked
package io.mcprollout.controller.adapter.polled;

import org.jspecify.annotations.NullMarked;
