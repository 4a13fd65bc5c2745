package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Revision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SlotViewTest {
    @ParameterizedTest
    @CsvSource({
        // hash, status is of now, ready, older pods serve
        "1-v1, true,  2, false, true",
        "1-v1, true,  1, false, true",
        "    , true,  2, false, false",
        "1-v1, false, 2, false, false",
        "1-v1, true,  0, false, false",
        "1-v1, true,  2, true,  false",
    })
    void harmCountsWhileAllThatServesIsOfOneTemplate(
            String hash, boolean observed, int ready, boolean othersServe, boolean pure) {
        // Given
        SlotView slot = slot(hash, observed, 2, 2, ready, othersServe, 1);

        // When
        boolean isPure = slot.isPure();

        // Then
        assertThat(isPure).isEqualTo(pure);
    }

    @ParameterizedTest
    @CsvSource({
        // wanted, updated, ready, older pods serve, images
        "2, 2, 2, false, 1, true",
        "1, 1, 1, false, 0, true",
        "2, 1, 2, false, 1, false",
        "2, 2, 1, false, 1, false",
        "2, 2, 3, false, 1, false",
        "0, 0, 1, false, 1, false",
        "0, 0, 0, false, 1, false",
        "2, 2, 2, true,  1, false",
        "2, 2, 2, false, 2, false",
    })
    void isSettledWhenNothingAboutItChanges(
            int wanted, int updated, int ready, boolean othersServe, int images, boolean settled) {
        // Given
        SlotView slot = slot("1-v1", true, wanted, updated, ready, othersServe, images);

        // When
        boolean isSettled = slot.isSettled();

        // Then
        assertThat(isSettled).isEqualTo(settled);
    }

    /* The last pod terminates: it serves, but nobody wants it. */
    @Test
    void aSlotThatIsScaledToNothingIsNotSettledAsLongAsAPodServes() {
        // Given
        SlotView slot = slot("1-v1", true, 0, 0, 0, true, 1);

        // When
        boolean isSettled = slot.isSettled();

        // Then
        assertThat(isSettled).isFalse();
    }

    @Test
    void aDeploymentThatDoesNotExistIsNeitherPureNorSettled() {
        // Given
        SlotView absent = SlotView.absent("mcp-b");

        // When
        Optional<?> revision = absent.revision();

        // Then
        assertThat(revision).isEmpty();
        assertThat(absent.deployment()).isEqualTo("mcp-b");
        assertThat(absent.isPure()).isFalse();
        assertThat(absent.isSettled()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onlyWhatSomebodyHasToMendInTheClusterIsInfrastructure(Kind kind) {
        // Given
        List<Kind> infrastructure = List.of(Kind.UNSCHEDULABLE, Kind.IMAGE_PULL, Kind.REFUSED);

        // When
        boolean isInfrastructure = kind.isInfrastructure();

        // Then
        assertThat(isInfrastructure).isEqualTo(infrastructure.contains(kind));
        assertThat(kind.isAgainstVersion() && isInfrastructure).isFalse();
    }

    private static SlotView slot(
            String hash, boolean observed, int wanted, int updated, int ready, boolean othersServe, int images) {
        return new SlotView(
                "mcp-a",
                Optional.ofNullable(hash).map(Revision::new),
                observed,
                wanted,
                updated,
                ready,
                othersServe,
                images,
                false,
                List.of(),
                Optional.empty());
    }
}
