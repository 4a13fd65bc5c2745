package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A rule of the controller's own in a user's VirtualService: known by a name that is made like that, and by the conditions that go with it.
 *
 * @param pin the incarnation that it is for; empty for sessions without a tag
 */
record OwnRule(Kind kind, Optional<PinId> pin, ObjectNode json) {
    /** What a rule is for. */
    enum Kind {
        /** Requests with the attempt's token. */
        PROBE,
        /** Sessions that stay. */
        PIN,
        /** Sessions that are answered 404. */
        END,
        /** Sessions without a tag. */
        UNTAGGED
    }

    /* Behind it comes the route's name, where several are managed. */
    private static final Pattern NAME =
            Pattern.compile(TrafficPlan.RULE_PREFIX + "(?:(probe|pin|end)-([ab]-[0-9]{1,9})|untagged)(?:-.*)?");

    /** The rule as one of the controller's own; empty when it is somebody else's. */
    static Optional<OwnRule> of(JsonNode rule) {
        Matcher name = NAME.matcher(rule.path("name").asText(""));
        if (!(rule instanceof ObjectNode json) || !name.matches()) {
            return Optional.empty();
        }
        Optional<PinId> pin = Optional.ofNullable(name.group(2)).map(PinId::parse);
        Kind kind = pin.isEmpty()
                ? Kind.UNTAGGED
                : switch (name.group(1)) {
                    case "probe" -> Kind.PROBE;
                    case "pin" -> Kind.PIN;
                    default -> Kind.END;
                };
        return Optional.of(new OwnRule(kind, pin, json)).filter(OwnRule::hasConditions);
    }

    /** Whether the name is one that only the controller's own rules may have. */
    static boolean isReserved(JsonNode rule) {
        return rule.path("name").asText("").startsWith(TrafficPlan.RULE_PREFIX);
    }

    private boolean hasConditions() {
        return switch (kind) {
            case PROBE ->
                every(block -> exact(block, TrafficPlan.PROBE_VARIANT).equals(variant())
                        && !exact(block, TrafficPlan.PROBE_TOKEN).isEmpty());
            case PIN, END ->
                every(block ->
                        !tag(block).isEmpty() || exact(block, TrafficPlan.PIN).equals(variant()));
            case UNTAGGED -> every(block -> block.path("headers").has(TrafficPlan.SESSION));
        };
    }

    private boolean every(Predicate<JsonNode> holds) {
        JsonNode blocks = json.path("match");
        return !blocks.isEmpty() && blocks.valueStream().allMatch(holds);
    }

    private String variant() {
        return pin.map(PinId::toString).orElse("");
    }

    /** Its name. */
    String name() {
        return json.path("name").asText();
    }

    /** Secret that a probe's requests carry; empty for any other rule. */
    String token() {
        return kind == Kind.PROBE ? exact(json.path("match").path(0), TrafficPlan.PROBE_TOKEN) : "";
    }

    /** Tags with which the ids of its sessions begin. */
    Set<String> tags() {
        return json.path("match")
                .valueStream()
                .map(OwnRule::tag)
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What its answers carry as that header; empty when it sets none. */
    Optional<String> answers(String header) {
        JsonNode value = json.path("headers").path("response").path("set").path(header);
        return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
    }

    /** Whether all its requests go to that slot. */
    boolean leadsTo(Slot slot, Destinations destinations) {
        return Destinations.of(json).size() == 1 && destinations.of(json, slot).size() == 1;
    }

    /** Whether it answers by itself that there is no such session. */
    boolean ends() {
        return json.path("directResponse").path("status").asInt() == RuleWriter.NOT_FOUND;
    }

    private static String exact(JsonNode block, String header) {
        return block.path("headers").path(header).path("exact").asText("");
    }

    private static String tag(JsonNode block) {
        String prefix =
                block.path("headers").path(TrafficPlan.SESSION).path("prefix").asText("");
        return prefix.endsWith(TrafficPlan.TAG_END)
                ? prefix.substring(0, prefix.length() - TrafficPlan.TAG_END.length())
                : "";
    }
}
