package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Memory;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.rollout.Keepsake;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/*
 * The frozen plan is written once, as part of the setup; the attempt's reference to it is put back when it is read. An attempt whose
 * setup is not there keeps its own.
 */
/** What is remembered of a rollout, as the two JSON objects that status carries: what was decided, and the frozen setup. */
final class MemoryJson {
    private static final ObjectMapper MAPPER = mapper();
    private static final int LARGEST_SETUP = 7 * 1024;

    /** The two halves; the plan is null while nothing is rolled out. */
    record Text(JsonNode memory, Optional<JsonNode> plan) {}

    private MemoryJson() {}

    static Text write(Memory memory) {
        JsonNode rollout = MAPPER.valueToTree(memory.rollout());
        Optional<JsonNode> setup = memory.setup().map(MAPPER::<JsonNode>valueToTree);
        if (setup.isPresent()
                && run(rollout) instanceof ObjectNode run
                && run.path("plan").equals(setup.get().path("plan"))) {
            run.remove("plan");
        }
        return new Text(rollout, setup);
    }

    /** Reads what was written; throws {@link IllegalArgumentException} when it is not that. */
    static Memory read(JsonNode memory, Optional<JsonNode> plan, String engine) {
        JsonNode rollout = memory.deepCopy();
        if (run(rollout) instanceof ObjectNode run && !run.has("plan") && plan.isPresent()) {
            run.set("plan", plan.get().path("plan"));
        }
        try {
            Optional<Setup> setup =
                    plan.isPresent() ? Optional.of(MAPPER.treeToValue(plan.get(), Setup.class)) : Optional.empty();
            return new Memory(MAPPER.treeToValue(rollout, Rollout.class), setup, engine);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("what was remembered cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    /** Why a setup cannot be frozen: status has no room for it; empty when it has. */
    static Optional<Problem> tooLarge(Setup setup) {
        int size = StatusFit.size(MAPPER.valueToTree(setup));
        return size <= LARGEST_SETUP
                ? Optional.empty()
                : Optional.of(new Problem(
                        "SpecTooLarge",
                        "spec",
                        "takes " + size + " bytes of status while it is carried out and at most " + LARGEST_SETUP
                                + " fit; shorten the arguments of tool calls, or name fewer routes"));
    }

    /** What outlives status, as text. */
    static String write(Keepsake keepsake) {
        return MAPPER.valueToTree(keepsake).toString();
    }

    /** Reads what was written; throws {@link IllegalArgumentException} when it is not that. */
    static Keepsake readKeepsake(String text) {
        try {
            return MAPPER.readValue(text, Keepsake.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static JsonNode run(JsonNode rollout) {
        return rollout.path("state").path("run");
    }

    private static ObjectMapper mapper() {
        SimpleModule names = new SimpleModule();
        text(names, Revision.class, Revision::new);
        text(names, PinId.class, PinId::parse);
        return new ObjectMapper()
                .registerModules(new Jdk8Module(), new JavaTimeModule(), names)
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                // questions such as isBaking() are no part of a record
                .setVisibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                .addMixIn(RolloutState.class, StateNames.class)
                .addMixIn(Routes.class, RoutesNames.class)
                .addMixIn(Assertion.class, AssertionNames.class);
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
        module.addSerializer(type, new ToStringSerializer(type));
        module.addKeySerializer(
                type, new com.fasterxml.jackson.databind.ser.std.StdKeySerializers.StringKeySerializer() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void serialize(
                            Object value,
                            com.fasterxml.jackson.core.JsonGenerator json,
                            com.fasterxml.jackson.databind.SerializerProvider provider)
                            throws IOException {
                        json.writeFieldName(value.toString());
                    }
                });
        module.addDeserializer(type, new StdScalarDeserializer<T>(type) {
            private static final long serialVersionUID = 1L;

            @Override
            public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return parse.apply(json.getText());
            }
        });
        module.addKeyDeserializer(type, new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return parse.apply(key);
            }
        });
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = RolloutState.Initializing.class, name = "Initializing"),
        @JsonSubTypes.Type(value = RolloutState.Idle.class, name = "Idle"),
        @JsonSubTypes.Type(value = RolloutState.RolledBack.class, name = "RolledBack"),
        @JsonSubTypes.Type(value = RolloutState.Promoted.class, name = "Promoted"),
        @JsonSubTypes.Type(value = RolloutState.Preparing.class, name = "Preparing"),
        @JsonSubTypes.Type(value = RolloutState.Stepping.class, name = "Stepping"),
        @JsonSubTypes.Type(value = RolloutState.Blocked.class, name = "Blocked"),
        @JsonSubTypes.Type(value = RolloutState.AwaitingApproval.class, name = "AwaitingApproval"),
        @JsonSubTypes.Type(value = RolloutState.Restoring.class, name = "Restoring"),
        @JsonSubTypes.Type(value = RolloutState.AwaitingGit.class, name = "AwaitingGit"),
        @JsonSubTypes.Type(value = RolloutState.Draining.class, name = "Draining"),
        @JsonSubTypes.Type(value = RolloutState.Returning.class, name = "Returning"),
        @JsonSubTypes.Type(value = RolloutState.RollingBack.class, name = "RollingBack")
    })
    private interface StateNames {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes(@JsonSubTypes.Type(value = Routes.Istio.class, name = "Istio"))
    private interface RoutesNames {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Assertion.Matches.class, name = "Matches"),
        @JsonSubTypes.Type(value = Assertion.Pointer.class, name = "Pointer")
    })
    private interface AssertionNames {}
}
