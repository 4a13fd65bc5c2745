package io.mcprollout.policy.evidence;

/** One arm of one probe trial, judged alone and by the same rule for both versions. */
public sealed interface Outcome {
    /** Outcome of a code with its detail: a fault of the prober, or a failure of the server. */
    static Outcome of(ProbeCode code, String detail) {
        return code.isProberFault() ? new ProberFault(code, detail) : new Failed(code, detail);
    }

    /** Every step of the session did what it should. */
    record Ok() implements Outcome {}

    /** The first step that failed: its code, and what was seen in a short sentence without secrets. */
    record Failed(ProbeCode code, String detail) implements Outcome {}

    /** The probe itself could not be carried out; says nothing about the version and drops the pair. */
    record ProberFault(ProbeCode code, String detail) implements Outcome {}
}
