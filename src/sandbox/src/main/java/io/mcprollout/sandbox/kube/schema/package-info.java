/** Structural schemas of custom resources: pruning, defaulting, validation and CEL rules. */
@NullMarked
package io.mcprollout.sandbox.kube.schema;

import org.jspecify.annotations.NullMarked;
