/** Who gets which share of new sessions, and the route rules that bring it about. */
@NullMarked
package io.mcprollout.policy.traffic;

import org.jspecify.annotations.NullMarked;
