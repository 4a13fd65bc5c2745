package io.mcprollout.sandbox.mesh;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels of Istio's standard metrics as a gateway reports them; a request that reached no pod has no workload. */
final class IstioLabels {
    private static final String UNKNOWN = "unknown";

    private IstioLabels() {}

    /** Of a request to {@code service} that {@code endpoint} answered, or nobody did. */
    static Map<String, String> of(String gateway, String service, @Nullable Endpoint endpoint, int code, String flags) {
        int slash = gateway.indexOf('/');
        String[] name = service.split("\\.", 3);
        boolean known = name.length > 2;
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("reporter", "source");
        labels.put("source_workload", gateway.substring(slash + 1));
        labels.put("source_workload_namespace", slash < 0 ? UNKNOWN : gateway.substring(0, slash));
        labels.put("destination_workload", endpoint == null ? UNKNOWN : endpoint.workload());
        labels.put("destination_workload_namespace", endpoint == null || !known ? UNKNOWN : name[1]);
        labels.put("destination_app", label(endpoint, "app"));
        labels.put("destination_version", label(endpoint, "version"));
        labels.put("destination_service", service);
        labels.put("destination_service_name", name[0]);
        labels.put("destination_service_namespace", known ? name[1] : UNKNOWN);
        labels.put("request_protocol", "http");
        labels.put("response_code", Integer.toString(code));
        labels.put("grpc_response_status", "");
        labels.put("response_flags", flags);
        labels.put("connection_security_policy", UNKNOWN);
        return labels;
    }

    private static String label(@Nullable Endpoint endpoint, String name) {
        return endpoint == null ? UNKNOWN : endpoint.labels().getOrDefault(name, UNKNOWN);
    }
}
