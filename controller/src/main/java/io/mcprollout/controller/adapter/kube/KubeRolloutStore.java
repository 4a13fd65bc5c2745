package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus;
import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore;
import io.mcprollout.controller.port.SecretReader;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.traffic.Slot;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;

/**
 * The McpRollouts: read from a watch, written by JSON Patches that only the version that was read accepts. A resource has the
 * controller's finalizer only while something is rolled out.
 */
public final class KubeRolloutStore implements RolloutStore {
    /** Keeps a resource until its traffic is back on stable. */
    static final String FINALIZER = "mcprollout.io/traffic";

    /** Annotation that lets a resource go whatever its traffic does. */
    static final String FORCE_DELETE = "mcprollout.io/force-delete";

    private static final int NOT_FOUND = 404;
    private static final System.Logger LOG = System.getLogger(KubeRolloutStore.class.getName());

    private final PromptClient api;
    private final RolloutWatch rollouts;
    private final SpecParser parser;
    private final SecretCheck secrets;
    private final Herald herald;
    private final CommandReader commands;
    private final RecordBook records;
    private final KubeWorkloads workloads;
    private final BiPredicate<String, ObjectName> lets;
    private final BooleanSupplier schemaIsOld;

    /**
     * A store.
     *
     * @param lets whether a VirtualService lets McpRollouts of another namespace move its weights
     * @param schemaIsOld whether the installed CRD is older than this controller, which then does nothing but go back
     */
    public KubeRolloutStore(
            PromptClient api,
            RolloutWatch rollouts,
            SpecParser parser,
            SecretReader secrets,
            Herald herald,
            KubeWorkloads workloads,
            BiPredicate<String, ObjectName> lets,
            BooleanSupplier schemaIsOld,
            Clock clock) {
        this.api = api;
        this.rollouts = rollouts;
        this.parser = parser;
        this.secrets = new SecretCheck(secrets, clock);
        this.herald = herald;
        this.commands = new CommandReader(herald);
        this.records = new RecordBook(api, herald);
        this.workloads = workloads;
        this.lets = lets;
        this.schemaIsOld = schemaIsOld;
    }

    @Override
    public Optional<Stored> load(RolloutKey rollout) {
        Optional<GenericKubernetesResource> found = rollouts.get(rollout);
        if (found.isEmpty() || isLeft(rollout, found.get())) {
            secrets.forget(rollout);
            records.forget(rollout);
            return Optional.empty();
        }
        GenericKubernetesResource resource = found.get();
        boolean deleting = isDeleting(resource);
        Optional<Memory> memory = memory(rollout, resource);
        if (!deleting) {
            memory = memory.or(() -> recorded(rollout, resource));
        }
        boolean underWay = memory.map(Memory::rollout).flatMap(Rollout::run).isPresent();
        return Optional.of(new Stored(
                resource.getMetadata().getUid(),
                resource.getMetadata().getGeneration(),
                deleting,
                mode(resource),
                wish(rollout, resource, underWay),
                commands.read(rollout, resource),
                memory));
    }

    /* In deletion, and nothing of the controller's keeps it, or nothing may: what others wait for is not waited for here. */
    private boolean isLeft(RolloutKey rollout, GenericKubernetesResource resource) {
        if (!isDeleting(resource)) {
            return false;
        }
        if (holds(resource) && Json.annotation(resource, FORCE_DELETE).isPresent()) {
            herald.announce(
                    rollout, true, "ForceDeleted", "Let go by " + FORCE_DELETE + ": the route stays as it is now");
            if (letGo(rollout) == Saved.NOT_SAVED) {
                throw new IllegalStateException(rollout + " cannot be let go yet");
            }
            return true;
        }
        return !holds(resource);
    }

    private static boolean isDeleting(GenericKubernetesResource resource) {
        return resource.getMetadata().getDeletionTimestamp() != null;
    }

    private static boolean holds(GenericKubernetesResource resource) {
        return resource.getMetadata().getFinalizers().contains(FINALIZER);
    }

    private Mode mode(GenericKubernetesResource resource) {
        Mode mode;
        try {
            mode = Mode.valueOf(Json.field(resource, "spec").path("mode").asText("Active"));
        } catch (IllegalArgumentException e) {
            mode = Mode.Paused;
        }
        return mode == Mode.Active && schemaIsOld.getAsBoolean() ? Mode.Paused : mode;
    }

    /* While an attempt is under way the spec decides nothing, so nobody is asked on its behalf. */
    private Wish wish(RolloutKey rollout, GenericKubernetesResource resource, boolean underWay) {
        McpRolloutSpec spec;
        try {
            spec = Json.MAPPER.treeToValue(Json.field(resource, "spec"), McpRolloutSpec.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return new Wish.Refused(
                    List.of(new Problem(Problems.INVALID, "spec", "cannot be read: " + e.getOriginalMessage())));
        }
        Wish wish = parser.parse(rollout.namespace(), spec, name -> rollouts.policy(rollout.namespace(), name));
        List<Problem> problems = new ArrayList<>(Rivals.problems(resource, rollouts.rivals(rollout, resource), lets));
        if (wish instanceof Wish.Refused refused) {
            problems.addAll(0, refused.problems());
        } else if (wish instanceof Wish.Accepted accepted && !underWay) {
            MemoryJson.tooLarge(accepted.setup()).ifPresent(problems::add);
            problems.addAll(secrets.problems(rollout, accepted.setup().probes()));
        }
        return problems.isEmpty() ? wish : new Wish.Refused(problems);
    }

    private static Optional<Memory> memory(RolloutKey rollout, GenericKubernetesResource resource) {
        JsonNode status = Json.field(resource, "status");
        JsonNode memory = status.path("memory");
        if (!memory.isObject()) {
            return Optional.empty();
        }
        try {
            Optional<JsonNode> plan = Optional.of(status.path("plan")).filter(JsonNode::isObject);
            return Optional.of(
                    MemoryJson.read(memory, plan, status.path("engine").asText("")));
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: the routes decide, for {1}", rollout, e.getMessage());
            return Optional.empty();
        }
    }

    /* Status wins; only where it has nothing the record fills in. */
    private Optional<Memory> recorded(RolloutKey rollout, GenericKubernetesResource resource) {
        JsonNode workloads = Json.field(resource, "spec").path("workloads");
        Map<Slot, String> deployments = Map.of(
                Slot.A, workloads.at("/stable/name").asText(),
                Slot.B, workloads.at("/canary/name").asText());
        return records.read(rollout, resource.getMetadata().getUid())
                .map(keepsake -> new Memory(Rollout.from(keepsake, deployments), Optional.empty(), ""));
    }

    @Override
    public Saved save(RolloutKey rollout, Entry entry) {
        Optional<GenericKubernetesResource> found = rollouts.get(rollout);
        if (found.isEmpty()) {
            return Saved.NOT_SAVED;
        }
        Rollout next = entry.memory().rollout();
        if (next.run().isPresent() && isDeleting(found.get()) && !holds(found.get())) {
            // what nothing holds may be gone before its traffic is back
            return Saved.NOT_SAVED;
        }
        // going back waits for no more than it must
        boolean recording = !(next.state() instanceof RolloutState.RollingBack);
        if (recording && !records.write(rollout, next.keepsake())) {
            return Saved.NOT_SAVED;
        }
        try {
            GenericKubernetesResource resource =
                    next.run().isPresent() || next.drain().isPresent()
                            ? withFinalizer(rollout, found.get())
                            : found.get();
            ArrayNode patch = testing(resource);
            patch.addObject().put("op", "add").put("path", "/status").set("value", status(rollout, resource, entry));
            rollouts.learn(api.patchStatus(Kinds.ROLLOUT, rollout.namespace(), rollout.name(), patch));
            return Saved.SAVED;
        } catch (KubernetesClientException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: status is not saved: {1}", rollout, e.getMessage());
            return Saved.NOT_SAVED;
        }
    }

    private JsonNode status(RolloutKey rollout, GenericKubernetesResource resource, Entry entry) {
        Map<Slot, Long> generations = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            workloads.generation(rollout, slot).ifPresent(generation -> generations.put(slot, generation));
        }
        ObjectNode status = Json.MAPPER.valueToTree(new StatusText(entry, before(resource), generations).build());
        StatusFit.cut(status);
        int size = StatusFit.size(status);
        if (size > StatusFit.LARGEST) {
            LOG.log(System.Logger.Level.WARNING, "{0}: status has {1} bytes, more than it should", rollout, size);
        }
        return status;
    }

    private static Optional<McpRolloutStatus> before(GenericKubernetesResource resource) {
        try {
            JsonNode status = Json.field(resource, "status");
            return status.isObject()
                    ? Optional.of(Json.MAPPER.treeToValue(status, McpRolloutStatus.class))
                    : Optional.empty();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private GenericKubernetesResource withFinalizer(RolloutKey rollout, GenericKubernetesResource resource) {
        if (holds(resource) || isDeleting(resource)) {
            return resource;
        }
        ArrayNode patch = testing(resource);
        if (resource.getMetadata().getFinalizers().isEmpty()) {
            patch.addObject()
                    .put("op", "add")
                    .put("path", "/metadata/finalizers")
                    .putArray("value")
                    .add(FINALIZER);
        } else {
            patch.addObject()
                    .put("op", "add")
                    .put("path", "/metadata/finalizers/-")
                    .put("value", FINALIZER);
        }
        GenericKubernetesResource written = api.patch(Kinds.ROLLOUT, rollout.namespace(), rollout.name(), patch);
        rollouts.learn(written);
        return written;
    }

    @Override
    public Saved letGo(RolloutKey rollout) {
        Optional<GenericKubernetesResource> found = rollouts.get(rollout).filter(KubeRolloutStore::holds);
        if (found.isEmpty()) {
            return Saved.SAVED;
        }
        ArrayNode patch = testing(found.get());
        int index = found.get().getMetadata().getFinalizers().indexOf(FINALIZER);
        patch.addObject().put("op", "remove").put("path", "/metadata/finalizers/" + index);
        try {
            rollouts.learn(api.patch(Kinds.ROLLOUT, rollout.namespace(), rollout.name(), patch));
            return Saved.SAVED;
        } catch (KubernetesClientException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: the finalizer is not removed yet: {1}", rollout, e.getMessage());
            return e.getCode() == NOT_FOUND ? Saved.SAVED : Saved.NOT_SAVED;
        }
    }

    private static ArrayNode testing(GenericKubernetesResource resource) {
        ArrayNode patch = Json.MAPPER.createArrayNode();
        patch.addObject()
                .put("op", "test")
                .put("path", "/metadata/resourceVersion")
                .put("value", resource.getMetadata().getResourceVersion());
        return patch;
    }
}
