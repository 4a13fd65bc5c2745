/** Plays deployment controller, scheduler and kubelet: what Deployments ask for runs in this JVM or as processes of this machine. */
@NullMarked
package io.mcprollout.sandbox.player;

import org.jspecify.annotations.NullMarked;
