/** Istio's route semantics in plain Java, and a gateway in this process that routes real HTTP by them. */
@NullMarked
package io.mcprollout.sandbox.mesh;

import org.jspecify.annotations.NullMarked;
