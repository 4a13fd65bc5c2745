package io.mcprollout.controller.api.v1alpha1;

import static io.mcprollout.controller.api.v1alpha1.Formats.NAME;
import static io.mcprollout.controller.api.v1alpha1.Formats.POSITIVE_DURATION;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where evidence about the two versions comes from. */
@ValidationRule(
        value = "has(self.probes) && self.probes.size() > 0",
        message = "at least one MCP probe is needed, for mesh counters alone cannot certify a step; add one to probes")
@ValidationRule(
        value = "!has(self.probes) || !has(self.mesh)"
                + " || self.mesh.all(source, !self.probes.exists(probe, probe.name == source.name))",
        message = "a mesh source has the name of a probe; names of evidence must be unique, rename one",
        fieldPath = ".mesh")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evidence(
        @Nullable
        @Size(max = 8)
        @JsonPropertyDescription("Real MCP requests to both versions at the same moments, from outside the mesh.")
        List<Probe> probes,

        @Nullable @Size(max = 8) @JsonPropertyDescription("Counters of user requests, read from the mesh.")
        List<Mesh> mesh) {

    /** A probe: what it speaks is the member that is set. */
    @ValidationRule(value = "has(self.mcp)", message = "a probe needs its kind; set mcp with the server's url")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Probe(
            @Required
            @Pattern(NAME)
            @Size(max = 63)
            @JsonPropertyDescription("Name of its evidence, unique in the rollout.")
            String name,

            @Nullable @JsonPropertyDescription("An MCP session over Streamable HTTP.")
            Mcp mcp) {}

    /** An MCP session: initialize, tools/list and the calls that are configured. */
    @ValidationRule(
            value = "self.url.matches('^https?://[^/?#@ ]+(/[^ #]*)?$')",
            message = "url must be http:// or https://, a host, and a path; write it like https://mcp.example.com/mcp",
            fieldPath = ".url")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mcp(
            @Required
            @Size(max = 2048)
            @JsonPropertyDescription("The server's public MCP endpoint; gives Host and server name.")
            String url,

            @Nullable
            @Pattern(POSITIVE_DURATION)
            @JsonPropertyDescription("Time between pairs of probes; absent: the policy's pairInterval.")
            String interval,

            @Default("5s")
            @Nullable
            @Pattern(POSITIVE_DURATION)
            @JsonPropertyDescription("One deadline over connecting, headers and bodies of a whole session.")
            String timeout,

            @Nullable @JsonPropertyDescription("Tools that must be there, and calls that are safe to make.")
            Tools tools,

            @Nullable @JsonPropertyDescription("Bearer token.")
            Auth auth,

            @Nullable @JsonPropertyDescription("Where to dial, if not the url's host.")
            Connect connect,

            @Nullable @JsonPropertyDescription("How the server's certificate is verified.")
            Tls tls) {}

    /** Tools that must be there, and calls that are safe to make. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tools(
            @Nullable @Size(max = 64) @JsonPropertyDescription("Names that tools/list must contain.")
            List<String> expect,

            @Nullable
            @Size(max = 16)
            @JsonPropertyDescription("Safe calls, made in order; no other tool is ever called.")
            List<Call> call) {}

    /** One safe tool call and what its answer must look like. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Call(
            @Required @Size(min = 1, max = 128) @JsonPropertyDescription("Name of the tool.")
            String name,

            @PreserveUnknownFields @Nullable @JsonPropertyDescription("Arguments of the call, a JSON object.")
            JsonNode arguments,

            @Nullable
            @Size(max = 16)
            @JsonPropertyDescription("What must be true of the answer; absent: any answer without an error will do.")
            List<Expect> expect) {}

    /*
     * equals has no type, so the API server's CEL cannot see it; that a pointer comes with one is checked when the
     * resource is parsed.
     */
    /** What must be true of an answer: exactly one of a regular expression and a JSON pointer with a value. */
    @ValidationRule(
            value = "has(self.matches) != has(self.pointer)",
            message = "an expectation has exactly one of matches and pointer (with equals); keep one")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Expect(
            @Nullable
            @Size(min = 1, max = 1024)
            @JsonPropertyDescription("Regular expression (RE2) that the text content must contain a match of.")
            String matches,

            @Nullable
            @Pattern("^(/.*)?$")
            @Size(max = 1024)
            @JsonPropertyDescription("JSON pointer into the result of the call.")
            String pointer,

            @PreserveUnknownFields
            @Nullable
            @JsonPropertyDescription("JSON value that the pointed-at value must equal.")
            JsonNode equals) {}

    /** Where the bearer token is. */
    public record Auth(
            @Required
            @JsonPropertyDescription(
                    "Key of a Secret that is labelled mcprollout.io/credential: \"true\" and whose annotation mcprollout.io/audience is the url's host.")
            SecretRef secretRef) {}

    /** One key of a Secret in this namespace. */
    public record SecretRef(
            @Required @Pattern(NAME) @Size(max = 253) @JsonPropertyDescription("Name of the Secret.")
            String name,

            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Key in the Secret.")
            String key) {}

    /** Where to dial, if not the url's host. */
    public record Connect(
            @Required
            @Size(min = 1, max = 63)
            @JsonPropertyDescription(
                    "Name of an entry point in the controller's configuration (mcprollout.entry-points).")
            String entryPoint) {}

    /** How the server's certificate is verified. */
    public record Tls(
            @Required @JsonPropertyDescription("Secret with the certificates of the authorities to trust, in PEM.")
            CaRef caSecretRef) {}

    /** One key of a Secret with certificates. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CaRef(
            @Required @Pattern(NAME) @Size(max = 253) @JsonPropertyDescription("Name of the Secret.")
            String name,

            @Default("ca.crt") @Nullable @Size(min = 1, max = 253) @JsonPropertyDescription("Key in the Secret.")
            String key) {}

    /** One mesh source. */
    public record Mesh(
            @Required
            @Pattern(NAME)
            @Size(max = 63)
            @JsonPropertyDescription("Name of its evidence, unique in the rollout.")
            String name,

            @Required
            @Size(min = 1, max = 63)
            @JsonPropertyDescription("Name of a source in the controller's configuration (mcprollout.sources).")
            String source) {}
}
