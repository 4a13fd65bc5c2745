/** What happens in one rollout from its release to its end, as a user sees it, and the report of it. */
@NullMarked
package io.mcprollout.sandbox.story;

import org.jspecify.annotations.NullMarked;
