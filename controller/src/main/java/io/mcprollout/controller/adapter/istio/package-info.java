/** Moves the weights of http routes in users' VirtualServices by JSON Patch, and nothing else in them. */
@NullMarked
package io.mcprollout.controller.adapter.istio;

import org.jspecify.annotations.NullMarked;
