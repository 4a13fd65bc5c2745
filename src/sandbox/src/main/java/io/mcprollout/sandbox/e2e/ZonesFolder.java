package io.mcprollout.sandbox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder with time zone data, whole at first. */
record ZonesFolder(Path path) {

    /** A copy of {@code whole} at {@code path}, which is emptied before. */
    static ZonesFolder copy(Path whole, Path path) {
        ZonesFolder folder = new ZonesFolder(path);
        try {
            if (Files.exists(path)) {
                folder.delete(path);
            }
            for (Path from : tree(whole)) {
                Files.copy(from, path.resolve(whole.relativize(from).toString()));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("time zones could not be copied to " + path, e);
        }
    }

    /** Removes all but {@code UTC}. */
    void lose() {
        try {
            delete(path.resolve("UTC"));
        } catch (IOException e) {
            throw new UncheckedIOException("time zones could not be removed from " + path, e);
        }
    }

    /* everything but this file; the folder itself only when it is that */
    private void delete(Path kept) throws IOException {
        for (Path each : tree(path).reversed()) {
            if (!kept.startsWith(each) || kept.equals(path)) {
                Files.delete(each);
            }
        }
    }

    private static List<Path> tree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
