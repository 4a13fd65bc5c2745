/** Tests of what is read from and written into VirtualServices. */
@NullMarked
package io.mcprollout.controller.adapter.istio;

import org.jspecify.annotations.NullMarked;
