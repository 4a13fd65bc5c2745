package io.mcprollout.policy.rollout;

/** How the promoted revision becomes the stable one. */
public enum Promotion {
    /** Git when the stable Deployment carries Argo CD or Flux metadata, else Replace. */
    Auto,
    /** Somebody commits the revision to the stable Deployment. */
    Git,
    /** The controller copies the template into the stable Deployment. */
    Replace
}
