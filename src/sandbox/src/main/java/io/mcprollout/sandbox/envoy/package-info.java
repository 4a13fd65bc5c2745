/** The mesh's route tables compiled for a real Envoy, and that Envoy as a process. */
@NullMarked
package io.mcprollout.sandbox.envoy;

import org.jspecify.annotations.NullMarked;
