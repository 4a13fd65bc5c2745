package io.mcprollout.policy.traffic;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which sessions keep which slot, whatever the weights are.
 *
 * @param pins one for each slot that may have sessions, under its slot
 * @param adoption slot of sessions whose ids carry no tag; empty: they go where the weights send them
 */
public record Sessions(Map<Slot, Pin> pins, Optional<Slot> adoption) {
    /** None keeps anything: every request goes where the weights send it. */
    public static final Sessions NONE = new Sessions(Map.of(), Optional.empty());

    public Sessions {
        Map<Slot, Pin> ordered = new EnumMap<>(Slot.class);
        ordered.putAll(pins);
        ordered.forEach((slot, pin) -> {
            if (pin.slot() != slot) {
                throw new IllegalArgumentException("the pin of slot " + slot + " is of slot " + pin.slot());
            }
        });
        pins = Collections.unmodifiableMap(ordered);
    }

    /** Whether there is nothing to be kept. */
    public boolean isNone() {
        return pins.isEmpty() && adoption.isEmpty();
    }
}
