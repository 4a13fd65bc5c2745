package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.port.Problem;
import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a resource, collected so that all of it is said at once. */
final class Problems {
    static final String INVALID = "InvalidSpec";

    private final List<Problem> all = new ArrayList<>();

    /** A malformed field below a path. */
    void add(String field, String path, String message) {
        all.add(new Problem(INVALID, path + "." + field, message));
    }

    void add(Problem problem) {
        all.add(problem);
    }

    int size() {
        return all.size();
    }

    List<Problem> list() {
        return List.copyOf(all);
    }
}
