/** Anytime-valid comparison of two proportions: e-values, e-processes, certificates and the error budget. */
@NullMarked
package io.mcprollout.policy.stats;

import org.jspecify.annotations.NullMarked;
