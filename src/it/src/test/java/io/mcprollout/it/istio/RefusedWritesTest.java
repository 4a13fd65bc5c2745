package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static io.mcprollout.sandbox.kube.http.Faults.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.sandbox.kube.http.Fault;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the API server answers to a write, it is said, nothing is half written, and the next try succeeds. */
class RefusedWritesTest {
    private IstioBed bed;

    @BeforeEach
    void start() {
        bed = new IstioBed().withDestinationRule().withService("mcp-server", 100, 0);
        bed.hold(25);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @ParameterizedTest
    @CsvSource({
        "422, Invalid, spec is not to somebody's taste",
        "429, TooManyRequests, too many requests",
        "500, InternalError, etcdserver: leader changed",
        "503, ServiceUnavailable, the server is shutting down",
    })
    void isSaidAndTheNextTryGoesBack(int code, String reason, String message) {
        // Given
        bed.api.faults().first(1, on("patch", "virtualservices", ""), Fault.answer(code, reason, message));

        // When
        Written refused = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());
        List<Integer> meanwhile = bed.weights("mcp-server", "mcp");
        Written next = bed.router().hold(KEY, ROUTES, IstioBed.back(), bed.observe());

        // Then
        if (refused instanceof Written.Failed failed) {
            assertThat(failed.cause()).startsWith("VirtualService mcp-server: ").contains(message);
            // what is disliked about the rules does not keep the weights from going back
            boolean ofContent = code == 422;
            assertThat(meanwhile).isEqualTo(ofContent ? List.of(100, 0) : List.of(75, 25));
        } else {
            assertThat(meanwhile).containsExactly(100, 0);
        }
        assertThat(next).isInstanceOf(Written.Done.class);
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(100, 0);
    }

    @ParameterizedTest
    @CsvSource({"422, Invalid", "429, TooManyRequests", "500, InternalError"})
    void aRiseThatIsRefusedChangesNothing(int code, String reason) {
        // Given
        bed.api.faults().always(on("patch", "virtualservices", ""), Fault.answer(code, reason, "not now"));

        // When
        Written refused = bed.hold(50);

        // Then
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Written.Failed.class,
                        failed -> assertThat(failed.cause()).contains("not now"));
        assertThat(bed.weights("mcp-server", "mcp")).containsExactly(75, 25);
    }
}
