package io.mcprollout.sandbox.kube;

import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Runs the API server by itself: {@code KubeApiMain <port> <kubeconfig to write> [YAML file or
 * folder, or the word istio…]}. */
public final class KubeApiMain {
    private KubeApiMain() {}

    /** Starts, loads the files in the order given, writes the kubeconfig, and runs until killed. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2 || !args[0].matches("\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "usage: KubeApiMain <port, 0 for a free one> <kubeconfig file to write> [YAML file or folder to load, or the word istio…]");
        }
        var api = KubeApi.start(KubeApi.Options.defaults().withPort(Integer.parseInt(args[0])));
        try {
            for (int i = 2; i < args.length; i++) load(api, Path.of(args[i]));
        } catch (IOException | RuntimeException e) {
            api.close();
            throw e;
        }
        Files.writeString(Path.of(args[1]), api.kubeconfig(""));
        Runtime.getRuntime().addShutdownHook(new Thread(api::close));
        new CountDownLatch(1).await();
    }

    /** Whether a file of a folder is to be loaded: YAML or JSON, and not for kustomize itself. */
    private static boolean isManifest(Path file) {
        String name = file.getFileName().toString();
        return name.matches(".*\\.(ya?ml|json)") && !name.startsWith("kustomization.");
    }

    private static void load(KubeApi api, Path path) throws IOException {
        if (path.toString().equals("istio")) {
            api.installIstio();
            return;
        }
        if (Files.isDirectory(path)) {
            try (var files = Files.list(path)) {
                for (var file : files.sorted().filter(KubeApiMain::isManifest).toList()) load(api, file);
            }
            return;
        }
        try {
            api.apply(Files.readString(path));
        } catch (ApiException e) {
            throw new IOException(path + ": " + new String(Json.bytes(e.status()), StandardCharsets.UTF_8), e);
        }
    }
}
