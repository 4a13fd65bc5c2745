package io.mcprollout.policy.evidence;

/** Why a probe did not succeed; the codes that users see. {@link #isProberFault()} tells the prober's own faults from the server's. */
public enum ProbeCode {
    DNS_FAIL(true),
    TCP_REFUSED(false),
    TCP_TIMEOUT(false),
    TLS_FAIL(false),
    /** The connection ended before an answer was complete, or what came was no HTTP. */
    CONNECTION_CUT(false),
    VARIANT_UNPROVEN(true),
    HTTP_4XX(false),
    HTTP_429(true),
    HTTP_5XX(false),
    REDIRECT(false),
    AUTH_CHALLENGE(false),
    ORIGIN_REJECTED(true),
    CONTENT_TYPE(false),
    JSON_MALFORMED(false),
    NOT_JSONRPC(false),
    WRONG_ID(false),
    INIT_ERROR(false),
    VERSION_MISMATCH(false),
    PROTOCOL_DRIFT(false),
    INITIALIZED_REJECTED(false),
    LIST_FAILED(false),
    TOOL_MISSING(false),
    CALL_RPC_ERROR(false),
    CALL_IS_ERROR(false),
    CALL_ASSERTION(false),
    INPUT_REQUIRED(true),
    TIMEOUT(false),
    SESSION_LOST(false),
    SSE_ENDED_NO_RESPONSE(false),
    RESPONSE_TOO_LARGE(false),
    PROBER_FAULT(true);

    private final boolean proberFault;

    ProbeCode(boolean proberFault) {
        this.proberFault = proberFault;
    }

    /** Whether the probe says nothing about the version: both arms of the pair are dropped. */
    public boolean isProberFault() {
        return proberFault;
    }
}
