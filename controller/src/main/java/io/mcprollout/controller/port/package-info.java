/** What the loop needs of the outside world, and the values it speaks in; adapters implement it. */
@NullMarked
package io.mcprollout.controller.port;

import org.jspecify.annotations.NullMarked;
