package io.mcprollout.sandbox.agent;

/** Why an agent calls a call failed; the first that applies. */
public enum Failure {
    /** No connection. */
    CONNECT,
    /** No complete answer within the call's deadline. */
    TIMEOUT,
    /** The connection or the event stream ended before the answer. */
    CUT,
    /** The server no longer knows the session: 404, or 400, to a request that carried its id. */
    SESSION_LOST,
    /** Any other HTTP status of 300 or more. */
    HTTP_STATUS,
    /** HTTP 2xx whose body is no JSON-RPC answer to the request. */
    MALFORMED,
    /** A JSON-RPC error. */
    RPC_ERROR,
    /** A result that says {@code isError}. */
    TOOL_ERROR,
    /** A result whose text is not what the agent expects. */
    WRONG_ANSWER
}
