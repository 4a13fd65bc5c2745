/** Kubernetes: reads McpRollouts, policies, Deployments, pods and Secrets, and writes status, events and templates. */
@NullMarked
package io.mcprollout.controller.adapter.kube;

import org.jspecify.annotations.NullMarked;
