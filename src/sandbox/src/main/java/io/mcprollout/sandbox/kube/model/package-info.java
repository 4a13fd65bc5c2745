/** What the API is made of: resource types, calls, and errors as Status objects. */
@NullMarked
package io.mcprollout.sandbox.kube.model;

import org.jspecify.annotations.NullMarked;
