/** What Istio adds to the API: its resources and what its webhook refuses. */
@NullMarked
package io.mcprollout.sandbox.kube.istio;

import org.jspecify.annotations.NullMarked;
