package io.mcprollout.controller.adapter.istio;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** The kinds of {@code networking.istio.io/v1} that are read; only VirtualServices are written and made. */
enum IstioKind {
    VIRTUAL_SERVICE("VirtualService", "virtualservices"),
    DESTINATION_RULE("DestinationRule", "destinationrules");

    static final String GROUP = "networking.istio.io";
    static final String VERSION = "v1";

    private final String kind;
    private final String plural;

    IstioKind(String kind, String plural) {
        this.kind = kind;
        this.plural = plural;
    }

    /** Name for people. */
    String kind() {
        return kind;
    }

    /** Path of the collection in a namespace. */
    String path(String namespace) {
        return "/apis/" + GROUP + "/" + VERSION + "/namespaces/" + namespace + "/" + plural;
    }

    /** What the client needs in order to watch it. */
    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion(VERSION)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
