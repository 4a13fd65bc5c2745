/** A Kubernetes API server in this process: the part of a cluster that a controller and kubectl talk to. */
@NullMarked
package io.mcprollout.sandbox.kube;

import org.jspecify.annotations.NullMarked;
