package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.Routes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries edits to the API server and reads back what became of them. */
final class RouteWriter {
    /** Attempts at an edit that may be made on any version of the object; more only when somebody writes all the time. */
    private static final int ATTEMPTS = 8;

    private final IstioObjects objects;

    RouteWriter(IstioObjects objects) {
        this.objects = objects;
    }

    /** What has to change in a VirtualService, from the object as it is. */
    interface Editor {
        RouteEdit edit(Routes.VirtualService service, ObjectNode object);
    }

    /** What a VirtualService that is not there means. */
    enum Gone {
        FAILS,
        IS_FINE
    }

    /**
     * What became of the edits.
     *
     * @param answers each VirtualService as it was read last
     * @param changed whether anything was written
     * @param failures sentences for people; empty when everything is as wanted
     */
    record Result(Map<Routes.VirtualService, Answer> answers, boolean changed, List<String> failures) {
        Result {
            answers = Map.copyOf(answers);
            failures = List.copyOf(failures);
        }

        /** Both, one after the other. */
        Result then(Result later) {
            return new Result(later.answers, changed || later.changed, later.failures);
        }
    }

    /** Makes an edit that is right on any version: every VirtualService is tried, and read and tried again when somebody was faster. */
    Result writeAll(Routes.Istio routes, Fence fence, Editor editor, Gone gone) {
        return write(routes, fence, editor, gone, ATTEMPTS);
    }

    /** Makes an edit that is right only on what was read: whoever was faster wins. */
    Result writeOnce(Routes.Istio routes, Fence fence, Editor editor) {
        return write(routes, fence, editor, Gone.FAILS, 1);
    }

    private Result write(Routes.Istio routes, Fence fence, Editor editor, Gone gone, int attempts) {
        Map<Routes.VirtualService, Answer> answers = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        boolean changed = false;
        for (Routes.VirtualService service : routes.virtualServices()) {
            One one = new Target(routes.namespace(service), service, fence, editor).write(attempts);
            answers.put(service, one.last());
            changed |= one.changed();
            if (one.last() instanceof Answer.Absent && gone == Gone.FAILS) {
                failures.add("VirtualService " + service.title() + " is gone");
            } else if (!one.failure().isEmpty()) {
                failures.add("VirtualService " + service.title() + ": " + one.failure());
            }
        }
        return new Result(answers, changed, failures);
    }

    /** What became of one VirtualService; no failure is an empty sentence. */
    private record One(Answer last, boolean changed, String failure) {}

    /** One VirtualService and what should become of it. */
    private final class Target {
        private final String namespace;
        private final Routes.VirtualService service;
        private final Fence fence;
        private final Editor editor;

        Target(String namespace, Routes.VirtualService service, Fence fence, Editor editor) {
            this.namespace = namespace;
            this.service = service;
            this.fence = fence;
            this.editor = editor;
        }

        /*
         * Ends only with an object that needs no edit, read after the last write, whoever made it: an answer that was lost on its way
         * is found out in the same manner as a write that succeeded.
         */
        One write(int attempts) {
            Answer now = objects.look(IstioKind.VIRTUAL_SERVICE, namespace, service.name());
            if (now instanceof Answer.Found(ObjectNode object)
                    && editor.edit(service, object) instanceof RouteEdit.Nothing) {
                return new One(now, false, "");
            }
            boolean changed = false;
            String refusal = "";
            String refusedAt = "";
            for (int attempt = 0; attempt <= attempts; attempt++) {
                now = objects.read(IstioKind.VIRTUAL_SERVICE, namespace, service.name());
                if (!(now instanceof Answer.Found found)) {
                    return new One(now, changed, trouble(now));
                }
                switch (editor.edit(service, found.object())) {
                    case RouteEdit.Nothing nothing -> {
                        return new One(now, changed, "");
                    }
                    case RouteEdit.Impossible impossible -> {
                        return new One(now, changed, impossible.cause());
                    }
                    case RouteEdit.Change change -> {
                        boolean again = !refusal.isEmpty() && refusedAt.equals(found.resourceVersion());
                        if (again) {
                            return atLeast(change, now, changed, refusal);
                        }
                        if (attempt == attempts) {
                            return new One(
                                    now, changed, refusal.isEmpty() ? "somebody else keeps changing it" : refusal);
                        }
                        if (!fence.holds()) {
                            return new One(now, changed, "this controller leads no more");
                        }
                        Answer answer = objects.patch(namespace, service.name(), change.operations());
                        changed |= answer instanceof Answer.Found || answer instanceof Answer.Lost;
                        refusal = trouble(answer);
                        // a conflict is somebody faster; anything else that meets the same version once more will not
                        // get better
                        boolean conflict = answer instanceof Answer.Refused refused && refused.status() == 409;
                        refusedAt = conflict ? "" : found.resourceVersion();
                        if (answer instanceof Answer.Refused refused && !refused.isStale()) {
                            return refused.isOfContent()
                                    ? atLeast(change, now, changed, refusal)
                                    : new One(now, changed, refusal);
                        }
                    }
                }
            }
            return new One(now, changed, refusal);
        }

        /** Whatever is refused of the controller's rules, traffic goes back. */
        private One atLeast(RouteEdit.Change change, Answer now, boolean changed, String refusal) {
            if (change.vital().isEmpty() || !fence.holds()) {
                return new One(now, changed, refusal);
            }
            Answer answer = objects.patch(namespace, service.name(), change.vital());
            return answer instanceof Answer.Found ? new One(answer, true, refusal) : new One(now, changed, refusal);
        }

        private String trouble(Answer answer) {
            return switch (answer) {
                case Answer.Found found -> "";
                case Answer.Absent absent -> "";
                case Answer.Refused refused -> refused.message();
                case Answer.Lost lost -> lost.cause();
            };
        }
    }
}
