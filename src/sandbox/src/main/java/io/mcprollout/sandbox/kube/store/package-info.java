/** Objects, their versions and lives: storage, history, garbage collection, registered types. */
@NullMarked
package io.mcprollout.sandbox.kube.store;

import org.jspecify.annotations.NullMarked;
