package dev.unipkg.registry.problems;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.format.Refusal;
import dev.unipkg.registry.metrics.Meters;
import java.util.List;
import java.util.Optional;

/// Why a request under `/v2` failed (distribution-spec, "Error Codes").
public record OciErrors(List<OciError> errors) implements ApiRecord {

    /// The media type of such documents.
    public static final String MEDIA_TYPE = "application/json";

    public OciErrors {
        errors = List.copyOf(errors);
    }

    /// One error.
    ///
    /// @param code one of the specification's codes
    /// @param message a sentence for a person
    public record OciError(String code, String message, OciErrorDetail detail) implements ApiRecord {}

    /// The members of a problem document of the native API, beside the message.
    ///
    /// @param refusal the code that a problem's type ends with
    public record OciErrorDetail(String refusal, Optional<String> field, Optional<String> rule) implements ApiRecord {}

    /// The document for answers that say more in their headers than why not.
    public static byte[] of(Rejection rejection) {
        return counted(Reason.of(rejection));
    }

    /// The document for answers that say more in their headers than why not.
    public static byte[] of(Refusal refusal) {
        return counted(Reason.of(refusal));
    }

    private static byte[] counted(Reason reason) {
        Meters.refused(reason.code());
        return reason.ociErrors().toBytes();
    }
}
