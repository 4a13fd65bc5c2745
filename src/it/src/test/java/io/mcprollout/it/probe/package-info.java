/** The prober against servers that the official SDK made, behind the mesh. */
@NullMarked
package io.mcprollout.it.probe;

import org.jspecify.annotations.NullMarked;
