package io.mcprollout.it.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Fault.Hang.Style;
import io.mcprollout.sandbox.server.Faults;
import io.mcprollout.sandbox.server.ServerSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The prober and the official SDK understand each other, faults of the candidate are its own, and the log is what the mesh counted. */
class McpProberAgainstSdkTest {
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration PATIENT = Duration.ofSeconds(10);

    static Stream<Arguments> modes() {
        return Stream.of(
                Arguments.of(ServerSpec.stateless("1"), ServerSpec.stateless("2"), false),
                Arguments.of(ServerSpec.stateful("1"), ServerSpec.stateful("2"), true));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void healthyVersionsAreHealthyAndEveryRequestIsAccountedFor(
            ServerSpec stable, ServerSpec candidate, boolean mints) {
        // Given
        try (ProbeBed bed = new ProbeBed(stable, candidate)) {

            // When
            List<ProbePair> pairs = bed.pairs(10, OFTEN, PATIENT);

            // Then
            assertThat(pairs)
                    .filteredOn(ProbePair::counts)
                    .isNotEmpty()
                    .flatExtracting(ProbePair::stable, ProbePair::candidate)
                    .allSatisfy(arm -> {
                        assertThat(((Arm) arm).outcome()).isEqualTo(new Outcome.Ok());
                        assertThat(((Arm) arm).sessionMinted()).isEqualTo(mints);
                        assertThat(((Arm) arm).protocol()).isEqualTo("2025-11-25");
                    });
            assertThat(bed.counted("stable", false))
                    .isEqualTo(bed.logged(Slot.A, false))
                    .isPositive();
            assertThat(bed.counted("canary", false)).isEqualTo(bed.logged(Slot.B, false));
            assertThat(bed.logged(Slot.A, true) + bed.logged(Slot.B, true)).isZero();
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new Fault.ToolError("add", 1), ProbeCode.CALL_IS_ERROR, "upstream of add is broken"),
                Arguments.of(new Fault.RpcError("tools/call", -32603, 1), ProbeCode.CALL_RPC_ERROR, "-32603"),
                Arguments.of(new Fault.HttpError("tools/list", 503, 1), ProbeCode.HTTP_5XX, "tools/list: HTTP 503"),
                Arguments.of(
                        new Fault.HttpError("initialize", 401, 1), ProbeCode.AUTH_CHALLENGE, "initialize: HTTP 401"),
                Arguments.of(new Fault.Hang("tools/call", Style.NO_ANSWER, 1), ProbeCode.TIMEOUT, "tools/call add"),
                Arguments.of(new Fault.Hang("tools/call", Style.ENDLESS_STREAM, 1), ProbeCode.TIMEOUT, "did not end"),
                Arguments.of(new Fault.Malformed("tools/call", 1), ProbeCode.JSON_MALFORMED, "not valid JSON"),
                Arguments.of(new Fault.Deep("tools/call", 10_000), ProbeCode.JSON_MALFORMED, "deeper than 64"),
                Arguments.of(new Fault.HugeToolsList(50_000_000), ProbeCode.RESPONSE_TOO_LARGE, "larger than"),
                Arguments.of(new Fault.ToolRemoved("search"), ProbeCode.TOOL_MISSING, "not listed: search"),
                Arguments.of(new Fault.ToolRenamed("echo", "repeat"), ProbeCode.TOOL_MISSING, "not listed: echo"),
                Arguments.of(new Fault.ToolChanged("add"), ProbeCode.CALL_IS_ERROR, "tools/call add"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfTheCandidateIsItsOwn(Fault fault, ProbeCode code, String detail) {
        // Given
        ServerSpec broken = ServerSpec.stateless("2").withFaults(Faults.of(fault));
        try (ProbeBed bed = new ProbeBed(ServerSpec.stateless("1"), broken)) {

            // When
            List<ProbePair> pairs = bed.pairs(1, Duration.ofMinutes(1), Duration.ofSeconds(5));

            // Then
            assertThat(pairs.getFirst().stable().outcome()).isEqualTo(new Outcome.Ok());
            assertThat(pairs.getFirst().candidate().outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                assertThat(failed.code()).isEqualTo(code);
                assertThat(failed.detail()).contains(detail);
            });
        }
    }

    @Test
    void whatTheMeshCountsAsFailedIsBadInTheLog() {
        // Given
        ServerSpec broken = ServerSpec.stateful("2").withFaults(Faults.of(new Fault.HttpError("tools/call", 500, 0.5)));
        try (ProbeBed bed = new ProbeBed(ServerSpec.stateful("1"), broken)) {

            // When
            bed.pairs(20, OFTEN, PATIENT);

            // Then
            assertThat(bed.counted("canary", true))
                    .isEqualTo(bed.logged(Slot.B, true))
                    .isPositive();
            assertThat(bed.counted("canary", false)).isEqualTo(bed.logged(Slot.B, false));
            assertThat(bed.counted("stable", true)).isZero();
        }
    }

    @Test
    void aDeadCandidateIsSeenThroughTheMesh() {
        // Given
        try (ProbeBed bed = new ProbeBed(ServerSpec.stateless("1"), ServerSpec.stateless("2"))) {
            bed.candidate.crash(137, "OOMKilled");

            // When
            List<ProbePair> pairs = bed.pairs(1, Duration.ofMinutes(1), PATIENT);

            // Then
            assertThat(pairs.getFirst().isDiscordant()).isTrue();
            assertThat(pairs.getFirst().candidate().outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ProbeCode.HTTP_5XX));
        }
    }
}
