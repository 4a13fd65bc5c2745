/** The public API: custom resources of group mcprollout.io, as records; what they mean is parsed elsewhere. */
@NullMarked
package io.mcprollout.controller.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
