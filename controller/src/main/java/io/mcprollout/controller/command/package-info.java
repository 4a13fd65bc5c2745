/** Commands of the controller's jar that need no cluster. */
@NullMarked
package io.mcprollout.controller.command;

import org.jspecify.annotations.NullMarked;
