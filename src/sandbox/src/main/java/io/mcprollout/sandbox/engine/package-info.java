/** The engine's benchmark: simulated rollouts by it, by models of Flagger's and Argo Rollouts' published rules, and by an oracle. */
@NullMarked
package io.mcprollout.sandbox.engine;

import org.jspecify.annotations.NullMarked;
