/** Reads the mesh sources that rollouts ask for in their rhythm, each by the reader of its name. */
@NullMarked
package io.mcprollout.controller.adapter.polled;

import org.jspecify.annotations.NullMarked;
