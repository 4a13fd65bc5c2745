/** The guarded HTTP client that adapters share: where it may connect to, how much it reads, how long it waits, what it never repeats. */
@NullMarked
package io.mcprollout.controller.egress;

import org.jspecify.annotations.NullMarked;
