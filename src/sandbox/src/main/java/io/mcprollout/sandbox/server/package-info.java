/** MCP servers made with the official Java SDK, in this JVM, whose faults can be switched while they serve. */
@NullMarked
package io.mcprollout.sandbox.server;

import org.jspecify.annotations.NullMarked;
