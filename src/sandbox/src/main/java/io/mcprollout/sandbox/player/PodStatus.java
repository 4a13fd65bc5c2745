package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.Instant;

/** The status of a pod, as a kubelet and a scheduler write it. */
final class PodStatus {

    private static final String ADDRESS = "127.0.0.1";

    private PodStatus() {}

    /** The pod's status while its container is in this state. */
    static ObjectNode of(ObjectNode pod, PodRun run, Instant now) {
        ObjectNode status = pod.path("status") instanceof ObjectNode before ? before.deepCopy() : Json.object();
        boolean ready = run.ready();
        String unready = ready ? "" : "ContainersNotReady";
        String message = ready
                ? ""
                : "containers with unready status: ["
                        + pod.at("/spec/containers/0/name").asText() + "]";
        status.set(
                "conditions",
                new Conditions(status, now)
                        .set("PodScheduled", true, "", "")
                        .set("Initialized", true, "", "")
                        .set("ContainersReady", ready, unready, message)
                        .set("Ready", ready, unready, message)
                        .list());
        boolean began = run.state() instanceof ContainerState.Running
                || status.path("phase").asText().equals("Running");
        status.put("phase", began ? "Running" : "Pending").put("hostIP", ADDRESS);
        if (run.port() != 0) {
            status.put("podIP", ADDRESS);
            status.putArray("podIPs").addObject().put("ip", ADDRESS);
        }
        if (!status.has("startTime")) {
            status.put("startTime", Conditions.text(now));
        }
        status.put("qosClass", "BestEffort").putArray("containerStatuses").add(run.toJson());
        return status;
    }

    /** The status of a pod that no node takes. */
    static ObjectNode unschedulable(ObjectNode pod, String message, Instant now) {
        ObjectNode status = pod.path("status") instanceof ObjectNode before ? before.deepCopy() : Json.object();
        status.set(
                "conditions",
                new Conditions(status, now)
                        .set("PodScheduled", false, "Unschedulable", message)
                        .list());
        return status.put("phase", "Pending");
    }
}
