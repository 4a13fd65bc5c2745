/** What is held of the cluster, against an API server. */
@NullMarked
package io.mcprollout.it.watch;

import org.jspecify.annotations.NullMarked;
