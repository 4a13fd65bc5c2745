/** The API over HTTP and websockets: routes, watches, tables, discovery, faults. */
@NullMarked
package io.mcprollout.sandbox.kube.http;

import org.jspecify.annotations.NullMarked;
