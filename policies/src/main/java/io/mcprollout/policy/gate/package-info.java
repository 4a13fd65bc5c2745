/** Questions that must be answered before traffic moves on, each with one of four verdicts. */
@NullMarked
package io.mcprollout.policy.gate;

import org.jspecify.annotations.NullMarked;
