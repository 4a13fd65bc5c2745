/** Proofs about the whole: architecture, shipped manifests, documentation. */
@NullMarked
package io.mcprollout.it;

import org.jspecify.annotations.NullMarked;
