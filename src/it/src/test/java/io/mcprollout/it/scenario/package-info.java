/** Whole rollouts through the real loop on a clock of their own: what happens in clusters, and what must not. */
@NullMarked
package io.mcprollout.it.scenario;

import org.jspecify.annotations.NullMarked;
