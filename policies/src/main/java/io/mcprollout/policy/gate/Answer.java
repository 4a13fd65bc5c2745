package io.mcprollout.policy.gate;

/**
 * What a rollout asks the evidence at one instant.
 *
 * @param verdict the gate's answer
 * @param burst whether pairs should come as fast as is allowed: one a second
 */
public record Answer(Verdict verdict, boolean burst) {}
