package io.mcprollout.sandbox.story;

/** What a story is about. */
public interface Plot {

    /** Its name on the command line and in the report. */
    String id();

    /** What happens, in a few words. */
    String title();

    /** The phase in which the rollout must end. */
    String expected();

    /** True when only the new version is at fault. */
    boolean isCanarysFault();
}
