/** The product on a laptop: the packaged controller against a cluster in this process, one story after another, live on the terminal. */
@NullMarked
package io.mcprollout.sandbox.demo;

import org.jspecify.annotations.NullMarked;
