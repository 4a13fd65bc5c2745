/** The Kubernetes adapter and the shipped CRDs against the sandbox's API server. */
@NullMarked
package io.mcprollout.it.kube;

import org.jspecify.annotations.NullMarked;
