package io.mcprollout.sandbox.player;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The registry that pods pull from: repositories of programs in this JVM, any image for containers that bring a command, and images that cannot be pulled. */
public final class Images {

    /** The repository of the sandbox's own MCP server; its tags are versions. */
    public static final String MCP_SERVER = "sandbox/mcp-server";

    private static final Program PROCESS = new ProcessProgram();

    private final Map<String, Program> repositories = new ConcurrentHashMap<>();
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    /** What became of a pull. */
    sealed interface Pull {
        /** The image is here; {@code imageId} names its content. */
        record Done(String imageId, Program program) implements Pull {}

        /** The image is not to be had. */
        record Refused(String message) implements Pull {}
    }

    /** A registry with {@link #MCP_SERVER}. */
    public Images() {
        repositories.put(MCP_SERVER, new ServerProgram());
    }

    /** Adds a program under a repository's name, such as {@code acme/tool}. */
    public Images with(String repository, Program program) {
        repositories.put(repository, program);
        return this;
    }

    /** Makes pulls of this image fail with this message until {@link #allow}. */
    public void refuse(String image, String message) {
        refused.put(image, message);
    }

    /** Makes pulls of this image work again. */
    public void allow(String image) {
        refused.remove(image);
    }

    Pull pull(String image, boolean bringsCommand) {
        String why = refused.get(image);
        if (why != null) {
            return new Pull.Refused(why);
        }
        String id = "sandbox.local/" + repository(image) + "@sha256:" + PodTemplates.sha256(image);
        Program own = repositories.get(repository(image));
        if (bringsCommand) {
            return new Pull.Done(id, PROCESS);
        }
        return own != null
                ? new Pull.Done(id, own)
                : new Pull.Refused(
                        "failed to pull image \"" + image + "\": not found, and the container names no command");
    }

    private static String repository(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    }
}
