/** Looks at manifests before they are in a cluster: what would be refused, and what the mesh does to an MCP server. */
@NullMarked
package io.mcprollout.controller.lint;

import org.jspecify.annotations.NullMarked;
