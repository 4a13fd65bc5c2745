package io.mcprollout.sandbox.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the rollouts are played with.
 *
 * @param target where the scripts of the build have put the parts, absolute
 * @param controller the packaged controller's {@code quarkus-run.jar}, absolute
 */
record E2eParts(Path target, Path controller) {

    /** Fails when something was not built. */
    void check() {
        Stream.of(
                        controller,
                        envoy(),
                        servers().resolve("proxy"),
                        servers().resolve("npm"),
                        servers().resolve("npm-v2"),
                        servers().resolve("everything-2026.8.31"),
                        servers().resolve("client"))
                .filter(path -> !Files.exists(path))
                .findFirst()
                .ifPresent(path -> {
                    throw new IllegalStateException(path + " is missing; build it with `make e2e`");
                });
    }

    /** Our CustomResourceDefinitions. */
    Path crds() {
        return Path.of("deploy", "crds");
    }

    /** The virtual environment of Envoy. */
    Path envoy() {
        return target.resolve("envoy-venv");
    }

    /** Servers, proxy and clients. */
    Path servers() {
        return target.resolve("e2e-parts");
    }

    /** The official Python client's interpreter. */
    Path python() {
        return servers().resolve("client").resolve("bin").resolve("python");
    }

    /** The programs of the agents. */
    Path agents() {
        return Path.of("src", "it", "e2e");
    }

    /** Where the files and logs of one rollout go. */
    Path folder(Rollout rollout) {
        return folder(rollout.id());
    }

    /** Where the files and logs of what is called so go. */
    Path folder(String id) {
        return target.resolve("e2e").resolve(id);
    }

    /** The report of all sessions. */
    Path sessions() {
        return target.resolve("e2e").resolve("sessions.json");
    }

    /** The report of all rollouts. */
    Path report() {
        return target.resolve("e2e").resolve("report.json");
    }
}
