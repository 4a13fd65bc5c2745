package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;

/** One share of traffic and the least time it is held. */
public record Step(Weight weight, Duration hold) {}
