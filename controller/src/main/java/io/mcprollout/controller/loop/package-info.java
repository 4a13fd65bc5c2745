/** Observe, judge, decide, save, act: the only place from which traffic is moved. Plain Java. */
@NullMarked
package io.mcprollout.controller.loop;

import org.jspecify.annotations.NullMarked;
