/** The reader of gateways' metrics against the sandbox's gateway. */
@NullMarked
package io.mcprollout.it.scrape;

import org.jspecify.annotations.NullMarked;
