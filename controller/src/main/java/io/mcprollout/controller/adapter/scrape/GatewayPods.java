package io.mcprollout.controller.adapter.scrape;

import java.util.List;

/** Finds the pods of gateways. May block; throws what the look-up throws. */
@FunctionalInterface
public interface GatewayPods {
    /** Ready pods that are not going, in a namespace of the administrator's choice. */
    List<GatewayPod> ready(String namespace, String selector);

    /**
     * A pod.
     *
     * @param name of the pod
     * @param address its IP address
     * @param incarnation changes whenever its containers start anew: the pod's uid and the number of restarts
     */
    record GatewayPod(String name, String address, String incarnation) {}
}
