package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.zjsonpatch.JsonPatch;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A VirtualService and what is wanted of it, read from a file of two YAML documents.
 *
 * @param wanted {@code {routes, stable, candidate, probeable, host, pins: {a-1: [tag]}, ended: [a-1], adoption}}
 * @param object the VirtualService
 */
record Case(JsonNode wanted, ObjectNode object) {
    static final String TOKEN = "c0ffee";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS));

    static Case read(Path file) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
            List<JsonNode> both = documents.readAll();
            return new Case(both.getFirst(), (ObjectNode) both.getLast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Case with(ObjectNode changed) {
        return new Case(wanted, changed);
    }

    TrafficPlan plan() {
        Set<PinId> pins = new HashSet<>();
        wanted.path("probeable").forEach(pin -> pins.add(PinId.parse(pin.asText())));
        Slot stable = Slot.valueOf(wanted.path("stable").asText("a").toUpperCase(Locale.ROOT));
        return new TrafficPlan(
                new Split(stable, new Weight(wanted.path("candidate").asInt())), pins, sessions());
    }

    private Sessions sessions() {
        Map<Slot, Pin> pins = new EnumMap<>(Slot.class);
        wanted.path("pins").properties().forEach(entry -> {
            PinId id = PinId.parse(entry.getKey());
            Set<String> tags = new HashSet<>();
            entry.getValue().forEach(tag -> tags.add(tag.asText()));
            boolean ended = wanted.path("ended")
                    .valueStream()
                    .anyMatch(pin -> pin.asText().equals(entry.getKey()));
            pins.put(id.slot(), new Pin(id, tags, ended));
        });
        Optional<Slot> adoption = Optional.ofNullable(wanted.path("adoption").asText(null))
                .map(slot -> Slot.valueOf(slot.toUpperCase(Locale.ROOT)));
        return new Sessions(pins, adoption);
    }

    Routes.VirtualService service() {
        List<String> routes = new ArrayList<>();
        wanted.path("routes").forEach(route -> routes.add(route.asText()));
        return new Routes.VirtualService(object.path("metadata").path("name").asText(), routes);
    }

    Destinations destinations() {
        return new Destinations(
                "mcp-services",
                Optional.ofNullable(wanted.path("host").asText(null)),
                Map.of(Slot.A, "stable", Slot.B, "canary"));
    }

    List<ManagedRoute> managed() {
        return ManagedRoute.in(object, service(), destinations());
    }

    String token() {
        String there = OwnRules.token(object);
        return there.isEmpty() ? TOKEN : there;
    }

    RouteEdit fall() {
        return RouteEdit.fall(object, managed(), destinations(), plan(), token());
    }

    RouteEdit rise() {
        return RouteEdit.rise(object, managed(), destinations(), plan(), token());
    }

    /** The object after the edit, by an independent implementation of JSON Patch. */
    ObjectNode after(RouteEdit edit) {
        return switch (edit) {
            case RouteEdit.Nothing nothing -> object;
            case RouteEdit.Change change -> (ObjectNode) JsonPatch.apply(change.operations(), object);
            case RouteEdit.Impossible impossible -> throw new AssertionError(impossible.cause());
        };
    }

    static String yaml(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
