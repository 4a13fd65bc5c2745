package io.mcprollout.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The built-in kinds of Kubernetes with their fields and types, taken strictly: an unknown field is an error. */
final class KubernetesModel {
    private static final KubernetesSerialization KINDS = new KubernetesSerialization();
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new WithoutCatchAll());

    private KubernetesModel() {}

    /** Whether the kind is built in. */
    static boolean knows(Manifest manifest) {
        return type(manifest) != null;
    }

    /** What is wrong with an object of a built-in kind; empty when nothing is. */
    static Optional<String> problem(Manifest manifest) {
        Class<?> type = type(manifest);
        if (type == null) {
            return Optional.of(manifest + ": no built-in kind " + manifest.apiVersion() + " " + manifest.kind());
        }
        try {
            STRICT.treeToValue(manifest.body(), type);
            return Optional.empty();
        } catch (JsonProcessingException wrong) {
            return Optional.of(manifest + ": " + wrong.getOriginalMessage());
        }
    }

    private static @Nullable Class<?> type(Manifest manifest) {
        return KINDS.getRegisteredKubernetesResource(manifest.apiVersion(), manifest.kind());
    }

    /** Hides the map in which the client's models keep fields they do not know. */
    private static final class WithoutCatchAll extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }
}
