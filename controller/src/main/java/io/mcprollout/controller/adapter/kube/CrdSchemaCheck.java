package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mcprollout.controller.api.v1alpha1.CrdSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Whether the installed CRDs know every field of this controller; what an older one does not know, it prunes silently. */
public final class CrdSchemaCheck {
    private static final System.Logger LOG = System.getLogger(CrdSchemaCheck.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final String CRD = "mcprollouts.mcprollout.io";
    private static final int FORBIDDEN = 403;

    private final PromptClient api;
    private final Clock clock;
    private String problem = "it was not looked at yet";
    private Instant looked = Instant.EPOCH;

    public CrdSchemaCheck(PromptClient api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    /** What is wrong with the installed CRD and how to mend it; empty when nothing is. Asks again only while something is. */
    public synchronized String problem() {
        Instant now = clock.instant();
        if (!problem.isEmpty() && Duration.between(looked, now).compareTo(AGAIN) >= 0) {
            looked = now;
            problem = look();
        }
        return problem;
    }

    private String look() {
        try {
            GenericKubernetesResource crd = api.of(Kinds.CRD).withName(CRD).get();
            if (crd == null) {
                return "CRD " + CRD + " is not installed; apply deploy/crds";
            }
            int number =
                    Integer.parseInt(Json.annotation(crd, CrdSchema.ANNOTATION).orElse("0"));
            return number >= CrdSchema.NUMBER
                    ? ""
                    : "CRD " + CRD + " has schema " + number + " but this controller needs " + CrdSchema.NUMBER
                            + "; apply deploy/crds";
        } catch (KubernetesClientException e) {
            if (e.getCode() == FORBIDDEN) {
                LOG.log(System.Logger.Level.WARNING, "CRD {0} may not be read; its schema is taken as current", CRD);
                return "";
            }
            return "CRD " + CRD + " cannot be read: " + e.getMessage();
        } catch (NumberFormatException e) {
            return "CRD " + CRD + " has an annotation " + CrdSchema.ANNOTATION
                    + " that is no number; apply deploy/crds";
        }
    }
}
