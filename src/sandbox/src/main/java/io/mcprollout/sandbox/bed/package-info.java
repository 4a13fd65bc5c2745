/** A whole cluster on loopback: API server, deployment player and mesh, put together. */
@NullMarked
package io.mcprollout.sandbox.bed;

import org.jspecify.annotations.NullMarked;
