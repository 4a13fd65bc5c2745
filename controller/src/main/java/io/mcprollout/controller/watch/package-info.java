/** Objects of the API server, held as a watch tells them; what several adapters look at the cluster with. */
@org.jspecify.annotations.NullMarked
package io.mcprollout.controller.watch;
