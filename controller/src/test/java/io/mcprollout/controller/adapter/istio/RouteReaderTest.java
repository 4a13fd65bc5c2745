package io.mcprollout.controller.adapter.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen in a VirtualService. */
class RouteReaderTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String HOST = "mcp-server.mcp-services.svc.cluster.local";
    private static final Destinations DESTINATIONS =
            new Destinations("mcp-services", Optional.of(HOST), Map.of(Slot.A, "stable", Slot.B, "canary"));
    private static final Routes.VirtualService MCP = new Routes.VirtualService("mcp-server", List.of("mcp"));

    @ParameterizedTest
    @CsvSource({
        "90, 10, 10",
        "1, 3, 75",
        "9999, 1, 1",
        "1, 9999, 99",
        "0, 1, 100",
        "1, 0, 0",
        "0, 0, 0",
        "2, 1, 33",
    })
    void sharesAreNormalisedAndNeverRoundedToNothingOrEverything(int stable, int canary, int percent) {
        // Given
        Answer object = route("mcp", destination(HOST, "stable", stable), destination(HOST, "canary", canary));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).containsExactly(seen(percent));
    }

    @Test
    void shortHostNamesAreServicesOfTheNamespace() {
        // Given
        Answer object = route("mcp", destination("mcp-server", "stable", 60), destination(HOST, "canary", 40));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).containsExactly(seen(40));
    }

    @Test
    void oneDestinationAloneGetsEverythingWhateverItsWeight() {
        // Given
        Answer object = route("mcp", destination(HOST, "canary", 0));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).singleElement().isInstanceOfSatisfying(RouteView.Odd.class, odd -> {
            assertThat(odd.candidate()).isEqualTo(Weight.ALL);
            assertThat(odd.problem()).contains("no destination with subset stable");
        });
    }

    @Test
    void aThirdWeightedDestinationIsOdd() {
        // Given
        Answer object = route(
                "mcp", destination(HOST, "stable", 50), destination(HOST, "canary", 25), destination(HOST, "v3", 25));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).singleElement().isInstanceOfSatisfying(RouteView.Odd.class, odd -> {
            assertThat(odd.candidate()).isEqualTo(new Weight(25));
            assertThat(odd.problem()).contains("subset v3 with weight 25", "take it away");
        });
    }

    @Test
    void aRenamedRouteThatStillSendsToTheCandidateIsOddAndNotGone() {
        // Given
        Answer object = route("other", destination(HOST, "stable", 75), destination(HOST, "canary", 25));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views)
                .singleElement()
                .isInstanceOfSatisfying(
                        RouteView.Odd.class, odd -> assertThat(odd.candidate()).isEqualTo(new Weight(25)));
    }

    @Test
    void aRenamedRouteWithoutTheCandidateIsGone() {
        // Given
        Answer object = route("other", destination(HOST, "stable", 100), destination(HOST, "canary", 0));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).containsExactly(new RouteView.Gone("mcp-server/mcp"));
    }

    @Test
    void aDeletedVirtualServiceIsGoneAndASilentServerIsUnreadable() {
        // When
        List<RouteView> gone = RouteReader.views(new Answer.Absent(), MCP, DESTINATIONS, Slot.A);
        List<RouteView> silent = RouteReader.views(new Answer.Lost("no answer"), MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(gone).containsExactly(new RouteView.Gone("mcp-server/mcp"));
        assertThat(silent).containsExactly(new RouteView.Unreadable("mcp-server/mcp", "no answer"));
    }

    @Test
    void anIncarnationIsProbeableOnlyWhenItsRuleStandsAboveAndReachesItsSlot() {
        // Given
        Answer object = object(rule("mcprollout-probe-a-1", "a-1", "stable")
                + rule("mcprollout-probe-b-7", "b-7", "stable")
                + mcp()
                + rule("mcprollout-probe-b-8", "b-8", "canary"));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views)
                .containsExactly(new RouteView.Seen(
                        "mcp-server/mcp", new Split(Slot.A, new Weight(10)), Set.of(new PinId(Slot.A, 1))));
    }

    @Test
    void sessionsAreThoseThatRulesAboveKeepInTheirSlot() {
        // Given
        Answer object = object(kept("pin-a-1", "5d8f~", "stable")
                + kept("pin-b-7", "66b9d~", "stable")
                + rule("mcprollout-probe-a-1", "a-1", "stable")
                + untagged("stable")
                + kept("pin-b-8", "77c0f4~", "canary")
                + mcp()
                + kept("pin-b-9", "1234~", "canary"));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views)
                .containsExactly(new RouteView.Seen(
                        "mcp-server/mcp",
                        new Split(Slot.A, new Weight(10)),
                        Set.of(new PinId(Slot.A, 1)),
                        new Sessions(
                                Map.of(Slot.A, new Pin(new PinId(Slot.A, 1), Set.of("5d8f"), false)),
                                Optional.of(Slot.A)),
                        false));
    }

    @Test
    void sessionsEndWhereTheRouteAnswers404() {
        // Given
        Answer object = object(ended("end-b-7", "66b9d~", 404) + ended("end-a-1", "5d8f~", 200) + mcp());

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views)
                .singleElement()
                .isInstanceOfSatisfying(
                        RouteView.Seen.class,
                        seen -> assertThat(seen.sessions())
                                .isEqualTo(new Sessions(
                                        Map.of(Slot.B, new Pin(new PinId(Slot.B, 7), Set.of("66b9d"), true)),
                                        Optional.empty())));
    }

    @Test
    void whatIsLeftOfOursInAnObjectIsNotGone() {
        // Given
        Answer object = object(kept("pin-b-7", "66b9d~", "canary"));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).singleElement().isInstanceOf(RouteView.Odd.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: mcprollout-mine, route: [{destination: {host: website}}]}",
                "{name: mcprollout-pin-b-7, match: [{uri: {prefix: /x}}], route: [{destination: {host: website}}]}",
                "{name: mcprollout-untagged, route: [{destination: {host: website}}]}",
                "{name: mcprollout-probe-a-1, match: [{headers: {x-mcp-probe-variant: {exact: a-2}, x-mcp-probe-token: {exact: t}}}]}",
                "{name: mcprollout-end-a-1, match: [{headers: {mcp-session-id: {prefix: 5d8f}}}]}",
            })
    void aNameLikeOursForARuleOfSomebodyElseIsRefused(String rule) {
        // Given
        Answer object = object("- " + rule + "\n" + mcp());

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views)
                .singleElement()
                .isInstanceOfSatisfying(
                        RouteView.Odd.class,
                        odd -> assertThat(odd.problem())
                                .contains(rule.replaceAll("[{]name: ([^,]*),.*", "$1"), "give it another"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "headers: {mcp-session-id: {prefix: x}}; true",
                "headers: {Mcp-Session-Id: {regex: '[a-z]+'}}; true",
                "headers: {mcp-session-id: {exact: x}}; true",
                "headers: {x-mcp-probe-token: {}}; true",
                "withoutHeaders: {x-mcp-probe-variant: {}}; true",
                "headers: {mcp-session-id: {}}; false",
                "headers: {mcp-session-id: {regex: '*'}}; false",
                "withoutHeaders: {mcp-session-id: {prefix: x}}; false",
            })
    void aRouteThatAsksForAValueOfTheSameHeaderIsRefused(String match, boolean refused) {
        // Given
        Answer object =
                object(mcp().replace("name: mcp,", "name: mcp, match: [{uri: {prefix: /mcp}, " + match + "}],"));

        // When
        List<RouteView> views = RouteReader.views(object, MCP, DESTINATIONS, Slot.A);

        // Then
        assertThat(views).singleElement().isInstanceOf(refused ? RouteView.Odd.class : RouteView.Seen.class);
    }

    private static String kept(String name, String prefix, String subset) {
        return "- {name: mcprollout-" + name + ", match: [{headers: {mcp-session-id: {prefix: " + prefix
                + "}}}], route: [" + destination(HOST, subset, 0) + "]}\n";
    }

    private static String ended(String name, String prefix, int status) {
        return "- {name: mcprollout-" + name + ", match: [{headers: {mcp-session-id: {prefix: " + prefix
                + "}}}], directResponse: {status: " + status + "}}\n";
    }

    private static String untagged(String subset) {
        return "- {name: mcprollout-untagged, match: [{headers: {mcp-session-id: {}}}], route: ["
                + destination(HOST, subset, 0) + "]}\n";
    }

    private static RouteView seen(int percent) {
        return new RouteView.Seen("mcp-server/mcp", new Split(Slot.A, new Weight(percent)), Set.of());
    }

    private static String mcp() {
        return "- {name: mcp, route: [" + destination(HOST, "stable", 90) + ", " + destination(HOST, "canary", 10)
                + "]}\n";
    }

    private static String rule(String name, String pin, String subset) {
        return "- {name: " + name + ", match: [{headers: {x-mcp-probe-variant: {exact: " + pin
                + "}, x-mcp-probe-token: {exact: t}}}], route: [" + destination(HOST, subset, 0) + "]}\n";
    }

    private static Answer route(String name, String... destinations) {
        return object("- {name: " + name + ", route: [" + String.join(", ", destinations) + "]}\n");
    }

    private static String destination(String host, String subset, int weight) {
        return "{destination: {host: " + host + ", subset: " + subset + "}, weight: " + weight + "}";
    }

    private static Answer object(String rules) {
        try {
            return new Answer.Found(
                    (ObjectNode) YAML.readTree("metadata: {name: mcp-server}\nspec:\n  http:\n" + rules.indent(2)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
