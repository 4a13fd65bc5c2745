/** How one object changes into another: patches, server-side apply and the fields that managers own. */
@NullMarked
package io.mcprollout.sandbox.kube.patch;

import org.jspecify.annotations.NullMarked;
