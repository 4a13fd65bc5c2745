/** The packaged controller as a process of its own. */
@NullMarked
package io.mcprollout.sandbox.process;

import org.jspecify.annotations.NullMarked;
