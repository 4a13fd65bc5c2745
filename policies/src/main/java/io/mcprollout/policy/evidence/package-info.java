/** What was seen of both versions: probe pairs, mesh counters, and the ledger that takes each of them once. */
@NullMarked
package io.mcprollout.policy.evidence;

import org.jspecify.annotations.NullMarked;
