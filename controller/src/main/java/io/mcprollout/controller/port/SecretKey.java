package io.mcprollout.controller.port;

/** One key of a Secret in the rollout's namespace; never its content. */
public record SecretKey(String secret, String key) {}
