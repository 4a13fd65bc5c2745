package io.mcprollout.it.istio;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cluster with a managed route, and the router. */
abstract class RouterBed {
    IstioBed bed;

    @BeforeEach
    void start() {
        bed = new IstioBed().withDestinationRule().withService("mcp-server", 100, 0);
    }

    @AfterEach
    void stop() {
        bed.close();
    }
}
