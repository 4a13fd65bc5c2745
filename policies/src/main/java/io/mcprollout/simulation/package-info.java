/** A service under a virtual clock, and the real engine releasing a new version of it: what a policy does, found by trying. */
@NullMarked
package io.mcprollout.simulation;

import org.jspecify.annotations.NullMarked;
