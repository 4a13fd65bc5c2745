package io.mcprollout.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutKey;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BeginningTest {
    private static final RolloutKey CRASHED = new RolloutKey("crashed", "mcp");

    @Test
    void looksFirstWherePodsAreMissing() {
        // Given
        Set<RolloutKey> underWay = IntStream.range(0, 50)
                .mapToObj(i -> new RolloutKey("well-" + i, "mcp"))
                .collect(Collectors.toSet());
        underWay.add(CRASHED);
        // When
        List<RolloutKey> order = Beginning.order(underWay, Set.of("crashed", "of-others"));
        // Then
        assertThat(order).first().isEqualTo(CRASHED);
        assertThat(order).containsExactlyInAnyOrderElementsOf(underWay);
    }
}
