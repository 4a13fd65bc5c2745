package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer knows, packed. An informer writes here before it says that it has synced and before its handlers hear of anything, so
 * what is not in here is not there. Back to the informer go only names and versions, which is all it needs.
 */
final class HeldStore<F> implements ItemStore<GenericKubernetesResource> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConcurrentNavigableMap<ObjectName, Held<F>> items = new ConcurrentSkipListMap<>();
    private final Kept<F> kept;
    private final Packing packing;

    HeldStore(Kept<F> kept, Packing packing) {
        this.kept = kept;
        this.packing = packing;
    }

    Optional<Held<F>> held(ObjectName name) {
        return Optional.ofNullable(items.get(name));
    }

    /** Everything. */
    Collection<Held<F>> held() {
        return items.values();
    }

    /** Names of everything in a namespace. */
    Collection<ObjectName> names(String namespace) {
        return items.subMap(new ObjectName(namespace, ""), new ObjectName(namespace + '\0', ""))
                .keySet();
    }

    @Override
    public String getKey(GenericKubernetesResource resource) {
        return resource.getMetadata().getNamespace() + "/"
                + resource.getMetadata().getName();
    }

    private static ObjectName name(String key) {
        int slash = key.indexOf('/');
        return new ObjectName(key.substring(0, slash), key.substring(slash + 1));
    }

    private static String key(ObjectName name) {
        return name.namespace() + "/" + name.name();
    }

    @Override
    public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource resource) {
        ObjectName name = name(key);
        Held<F> before = items.get(name);
        if (before == null
                || before.version() != Held.version(resource.getMetadata().getResourceVersion())) {
            items.put(name.interned(), kept.of(JSON.valueToTree(resource), packing));
        }
        return outline(name, before);
    }

    @Override
    public @Nullable GenericKubernetesResource remove(String key) {
        ObjectName name = name(key);
        return outline(name, items.remove(name));
    }

    @Override
    public @Nullable GenericKubernetesResource get(String key) {
        ObjectName name = name(key);
        return outline(name, items.get(name));
    }

    private static @Nullable GenericKubernetesResource outline(ObjectName name, @Nullable Held<?> held) {
        if (held == null) {
            return null;
        }
        GenericKubernetesResource outline = new GenericKubernetesResource();
        outline.setMetadata(new ObjectMetaBuilder()
                .withNamespace(name.namespace())
                .withName(name.name())
                .withResourceVersion(Long.toString(held.version()))
                .build());
        return outline;
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream().map(HeldStore::key);
    }

    @Override
    public Stream<GenericKubernetesResource> values() {
        return items.entrySet().stream().flatMap(item -> Stream.ofNullable(outline(item.getKey(), item.getValue())));
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
