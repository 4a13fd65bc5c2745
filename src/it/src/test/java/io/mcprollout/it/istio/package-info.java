/** The Istio adapter against an API server that refuses, loses answers and lets others write in between. */
@NullMarked
package io.mcprollout.it.istio;

import org.jspecify.annotations.NullMarked;
