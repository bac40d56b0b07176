package dev.unipkg.registry.problems;

import dev.unipkg.format.Refusal;

/// The documents of distribution-spec, "Error Codes", for answers that say more in their headers than why not.
public final class OciErrors {

    /// Their media type.
    public static final String MEDIA_TYPE = "application/json";

    private OciErrors() {}

    public static byte[] of(Rejection rejection) {
        return Reason.of(rejection).ociErrors().toBytes();
    }

    public static byte[] of(Refusal refusal) {
        return Reason.of(refusal).ociErrors().toBytes();
    }
}
