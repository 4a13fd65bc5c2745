package io.mcprollout.sandbox.kube;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An API server with a definition of plans. */
abstract class CustomResources {
    static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String PLANS = "/apis/example.org/v1/namespaces/default/plans";
    static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: plans.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: plans, singular: plan, kind: Plan, shortNames: [pl]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
                additionalPrinterColumns:
                - {name: Phase, type: string, jsonPath: .status.phase}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                schema:
                  openAPIV3Schema:
                    type: object
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        required: [steps]
                        x-kubernetes-validations:
                        - {rule: "self.steps[self.steps.size() - 1].weight == 100", message: the last step must have weight 100, fieldPath: .steps}
                        - {rule: "!has(self.owner) || self.owner != 'root'", message: owner must not be root, reason: FieldValueForbidden, fieldPath: .owner}
                        properties:
                          replicas: {type: integer, default: 1, minimum: 0}
                          owner:
                            type: string
                            x-kubernetes-validations: [{rule: self == oldSelf, message: owner is immutable}]
                          mode: {type: string, enum: [Fast, Slow], default: Slow}
                          hold: {type: string, pattern: '^[0-9]+s$'}
                          budget: {x-kubernetes-int-or-string: true}
                          free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          labels: {type: object, additionalProperties: {type: string}}
                          steps:
                            type: array
                            minItems: 1
                            maxItems: 5
                            items:
                              type: object
                              required: [weight]
                              properties:
                                weight: {type: integer, minimum: 1, maximum: 100}
                                hold: {type: string, default: 5s}
                      status:
                        type: object
                        properties:
                          phase: {type: string}
                          replicas: {type: integer}
                          conditions:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [type]
                            items:
                              type: object
                              required: [type]
                              properties: {type: {type: string}, status: {type: string}}
            """;

    final KubeApi api = KubeApi.start();
    final Http http = new Http(api.url());

    @BeforeEach
    void define() throws Exception {
        http.post(CRDS, CRD);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    static String plan(String spec) {
        return "{apiVersion: example.org/v1, kind: Plan, metadata: {name: a}, spec: " + spec + "}";
    }
}
