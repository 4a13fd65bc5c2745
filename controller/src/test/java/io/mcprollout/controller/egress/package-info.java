/** What the guarded client refuses, bounds and blots out. */
@NullMarked
package io.mcprollout.controller.egress;

import org.jspecify.annotations.NullMarked;
