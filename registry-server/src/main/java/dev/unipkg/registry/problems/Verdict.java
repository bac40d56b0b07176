package dev.unipkg.registry.problems;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.Refusal;

/// The HTTP status (RFC 9110 §15) and the OCI error code (distribution-spec, "Error Codes") of a refusal.
///
/// @param status the status code
/// @param ociCode the code in an OCI errors document
record Verdict(int status, String ociCode) {

    private static final String DENIED = "DENIED";
    private static final String MANIFEST_INVALID = "MANIFEST_INVALID";
    private static final String SIZE_INVALID = "SIZE_INVALID";
    private static final String UPLOAD_INVALID = "BLOB_UPLOAD_INVALID";
    private static final String UNSUPPORTED = "UNSUPPORTED";

    static Verdict of(Refusal refusal) {
        return switch (refusal) {
            case PublishRefusal published -> ofPublish(published);
            case ContentRefusal content -> ofContent(content);
            case NameRefusal name -> ofName(name);
            case DocumentRefusal.DocumentTooLarge large -> new Verdict(413, MANIFEST_INVALID);
            case DocumentRefusal document -> new Verdict(400, MANIFEST_INVALID);
            case ArchiveRefusal archive -> new Verdict(400, MANIFEST_INVALID);
            case ProgramRefusal program -> new Verdict(400, MANIFEST_INVALID);
        };
    }

    static Verdict of(Denial denial) {
        return switch (denial) {
            case Denial.NoCredentials none -> new Verdict(401, "UNAUTHORIZED");
            case Denial.BadCredentials bad -> new Verdict(401, "UNAUTHORIZED");
            case Denial.NotYourNamespace other -> new Verdict(403, DENIED);
            case Denial.NotAdministrator other -> new Verdict(403, DENIED);
            case Denial.NotTheKey token -> new Verdict(403, DENIED);
        };
    }

    static Verdict of(Rejection rejection) {
        return switch (rejection) {
            case Rejection.NotFound(var thing, var name) -> new Verdict(404, notFound(thing));
            case Rejection.NotCounted not -> new Verdict(404, UNSUPPORTED);
            case Rejection.BadRequest bad -> new Verdict(400, UNSUPPORTED);
            case Rejection.BadRange range -> new Verdict(416, UPLOAD_INVALID);
            case Rejection.NoSuchRange range -> new Verdict(416, UNSUPPORTED);
            case Rejection.Unsupported unsupported -> new Verdict(405, UNSUPPORTED);
            case Rejection.TurnedOff off -> new Verdict(404, UNSUPPORTED);
            case Rejection.MethodNotAllowed method -> new Verdict(405, UNSUPPORTED);
            case Rejection.UnsupportedMediaType type -> new Verdict(415, MANIFEST_INVALID);
            case Rejection.NotAcceptable type -> new Verdict(406, UNSUPPORTED);
            case Rejection.Conflict conflict -> new Verdict(409, DENIED);
            case Rejection.Unavailable unavailable -> new Verdict(503, "UNAVAILABLE");
            case Rejection.Busy busy -> new Verdict(503, "TOOMANYREQUESTS");
            case Rejection.Dropped dropped -> new Verdict(503, "UNAVAILABLE");
            case Rejection.Fault fault -> new Verdict(500, "UNKNOWN");
        };
    }

    private static Verdict ofPublish(PublishRefusal refusal) {
        return switch (refusal) {
            case PublishRefusal.VersionExists exists -> new Verdict(409, DENIED);
            case PublishRefusal.TagIsVersion version -> new Verdict(409, DENIED);
            case PublishRefusal.VersionStays version -> new Verdict(405, UNSUPPORTED);
            case PublishRefusal.VersionNotPublished not -> new Verdict(409, DENIED);
            case PublishRefusal.SaysOtherwise other -> new Verdict(400, MANIFEST_INVALID);
        };
    }

    private static Verdict ofContent(ContentRefusal refusal) {
        return switch (refusal) {
            case ContentRefusal.DigestMismatch mismatch -> new Verdict(400, "DIGEST_INVALID");
            case ContentRefusal.SizeMismatch mismatch -> new Verdict(400, SIZE_INVALID);
            case ContentRefusal.Overlong overlong -> new Verdict(400, SIZE_INVALID);
            case ContentRefusal.CutOff cut -> new Verdict(400, UPLOAD_INVALID);
            case ContentRefusal.TooLarge large -> new Verdict(413, SIZE_INVALID);
            case ContentRefusal.OffsetMismatch offset -> new Verdict(416, UPLOAD_INVALID);
            case ContentRefusal.UnknownUpload unknown -> new Verdict(404, "BLOB_UPLOAD_UNKNOWN");
            case ContentRefusal.TooManyUploads many -> new Verdict(429, "TOOMANYREQUESTS");
            case ContentRefusal.AbsentContent absent -> new Verdict(404, "MANIFEST_BLOB_UNKNOWN");
            case ContentRefusal.DiskFull full -> new Verdict(507, "UNAVAILABLE");
            case ContentRefusal.NamespaceFull full -> new Verdict(403, DENIED);
        };
    }

    private static Verdict ofName(NameRefusal refusal) {
        return switch (refusal) {
            case NameRefusal.InvalidName invalid ->
                new Verdict(400, invalid.what().startsWith("digest") ? "DIGEST_INVALID" : "NAME_INVALID");
            case NameRefusal.ConfusableName confusable -> new Verdict(409, DENIED);
            case NameRefusal.ReservedName reserved -> new Verdict(409, DENIED);
            case NameRefusal.MovingVersion moving -> new Verdict(400, "NAME_INVALID");
        };
    }

    private static String notFound(Rejection.Thing thing) {
        return switch (thing) {
            case BLOB -> "BLOB_UNKNOWN";
            case UPLOAD -> "BLOB_UPLOAD_UNKNOWN";
            case MANIFEST, TAG, VERSION, BUILD, KERNEL_RELEASE -> "MANIFEST_UNKNOWN";
            case REPOSITORY, PACKAGE, KERNEL_FAMILY, UNIKRAFT_IMAGE, NAMESPACE, KEY, PAGE -> "NAME_UNKNOWN";
        };
    }
}
