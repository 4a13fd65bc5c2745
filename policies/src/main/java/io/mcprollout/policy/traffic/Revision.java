package io.mcprollout.policy.traffic;

/** Identity of what is rolled out: the canonical hash of a pod template, prefixed by the number of its algorithm ({@code 1-5f0c…}). */
public record Revision(String hash) {
    public Revision {
        if (hash.isBlank()) {
            throw new IllegalArgumentException("a revision needs a hash");
        }
    }

    @Override
    public String toString() {
        return hash;
    }
}
