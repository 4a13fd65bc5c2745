package io.mcprollout.policy.traffic;

/** Identity of what is rolled out: the canonical hash of a pod template, prefixed by the number of its algorithm ({@code 1-5f0c…}). */
public record Revision(String hash) {
    public Revision {
        if (hash.isBlank()) {
            throw new IllegalArgumentException("a revision needs a hash");
        }
    }

    /** Whether two hashes were made by the same algorithm; only then do they say whether two templates are the same. */
    public boolean isComparable(Revision other) {
        return algorithm().equals(other.algorithm());
    }

    private String algorithm() {
        return hash.substring(0, hash.indexOf('-') + 1);
    }

    @Override
    public String toString() {
        return hash;
    }
}
