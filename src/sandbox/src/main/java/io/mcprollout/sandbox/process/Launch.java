package io.mcprollout.sandbox.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a packaged controller is started.
 *
 * @param app folder with {@code quarkus-run.jar}; also where it runs
 * @param jvmFlags before {@code -jar}
 * @param properties system properties of the controller
 * @param log where its standard streams go
 */
public record Launch(Path app, List<String> jvmFlags, Map<String, String> properties, Path log) {
    public Launch {
        jvmFlags = List.copyOf(jvmFlags);
        properties = Map.copyOf(properties);
    }

    /** A launch without special flags, against the API server at that URL, on a free port of loopback. */
    public static Launch against(Path app, String apiServer, Path log) {
        return new Launch(
                app,
                List.of(),
                Map.of("kubernetes.master", apiServer, "quarkus.http.host", "127.0.0.1", "quarkus.http.port", "0"),
                log);
    }

    /** The same with more JVM flags. */
    public Launch withFlags(List<String> more) {
        List<String> flags = new ArrayList<>(jvmFlags);
        flags.addAll(more);
        return new Launch(app, flags, properties, log);
    }

    /** The same with one more property. */
    public Launch with(String property, String value) {
        Map<String, String> all = new TreeMap<>(properties);
        all.put(property, value);
        return new Launch(app, jvmFlags, all, log);
    }

    /** The command line, run by this JVM's own {@code java}. */
    List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        new TreeMap<>(properties).forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-jar");
        command.add(app.resolve("quarkus-run.jar").toAbsolutePath().toString());
        return command;
    }
}
