/** The rollout as a pure state machine: a rollout and an observation give a decision. */
@NullMarked
package io.mcprollout.policy.rollout;

import org.jspecify.annotations.NullMarked;
