package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Revision;

/** The two revisions that evidence speaks of; evidence of another cohort is worth nothing. */
public record Cohort(Revision stable, Revision candidate) {}
