package io.mcprollout.sandbox.player;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A container about to start: the pod's name, the image, command with arguments (empty: the image's own), environment, working directory (empty: here), log file. */
public record Launch(
        String pod, String image, List<String> command, Map<String, String> env, String workingDirectory, Path log) {

    /** Copies the collections. */
    public Launch {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** The image's tag, {@code latest} when it has none. */
    public String tag() {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(colon + 1) : "latest";
    }
}
