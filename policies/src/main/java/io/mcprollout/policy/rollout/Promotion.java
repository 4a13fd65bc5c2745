package io.mcprollout.policy.rollout;

/** How the promoted revision becomes the stable one. */
public enum Promotion {
    /** Git when the stable Deployment carries Argo CD or Flux metadata, else Replace. */
    Auto,
    /** Somebody commits the revision to the stable Deployment. */
    Git,
    /** The controller copies the template into the stable Deployment. */
    Replace,
    /** The candidate's slot becomes the stable one; no pod is restarted and no weight changes. */
    Swap;

    /**
     * What it comes to.
     *
     * @param mode any but {@code Auto}
     * @param why in a sentence
     */
    public record Chosen(Promotion mode, String why) {}

    /** What it comes to for a stable slot as it is now. */
    public Chosen chosen(SlotView stable) {
        if (this != Auto) {
            return new Chosen(this, "spec.promotion.mode says so");
        }
        return stable.gitManaged()
                ? new Chosen(Git, stable.deployment() + " carries Argo CD or Flux metadata")
                : new Chosen(Replace, stable.deployment() + " carries no Argo CD or Flux metadata");
    }
}
