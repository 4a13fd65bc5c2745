/** Measurements of the packaged controller. */
@NullMarked
package io.mcprollout.sandbox.bench;

import org.jspecify.annotations.NullMarked;
