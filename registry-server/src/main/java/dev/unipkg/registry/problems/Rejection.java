package dev.unipkg.registry.problems;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Refusal;
import java.util.Locale;
import java.util.SortedSet;

/// A refusal that only an HTTP server has. Packages, names and bytes are refused by a
/// [refusal][Refusal], callers by a [denial][Denial].
///
/// To add one: a record here, its sentence in [#message], its status and OCI code in [Verdict].
public sealed interface Rejection {

    /// There is no such thing, or none by this name.
    record NotFound(Thing thing, String name) implements Rejection {}

    /// A parameter, header or body field does not keep a rule.
    ///
    /// @param field its name, as in `limit` or `Content-Range`
    /// @param rule what was expected, as in "a number from 1 to 200"
    record BadRequest(String field, String rule) implements Rejection {}

    /// The asked-for or sent range lies outside of what there is.
    record BadRange(String detail) implements Rejection {}

    /// The range of a blob begins behind its end.
    record NoSuchRange(long sizeBytes) implements Rejection {}

    /// This registry counts no downloads.
    record NotCounted() implements Rejection {}

    /// The request is understood, and not something this registry does.
    record Unsupported(String what) implements Rejection {}

    /// The operator has turned something off.
    ///
    /// @param what it is, as in `the list of repositories`
    record TurnedOff(String what) implements Rejection {}

    /// The request conflicts with the current state.
    record Conflict(String what) implements Rejection {}

    /// The address has no such method, but others.
    record MethodNotAllowed(String method, SortedSet<String> allowed) implements Rejection {}

    /// The body is of a type that is not read here.
    record UnsupportedMediaType() implements Rejection {}

    /// None of the types the client accepts can be sent.
    record NotAcceptable() implements Rejection {}

    /// A fault of the registry itself; what it was is in its log.
    record Fault() implements Rejection {}

    /// Something the registry stands on does not answer at the moment.
    record Unavailable(String what) implements Rejection {}

    /// The registry does as much of something as it can at once.
    ///
    /// @param what it does, as in `checking builds`
    record Busy(String what) implements Rejection {}

    /// Bytes came while the sweep deleted the same content, and must be sent again.
    record Dropped(Digest digest) implements Rejection {}

    /// A kind of thing that can be absent.
    enum Thing {
        REPOSITORY,
        MANIFEST,
        BLOB,
        UPLOAD,
        PACKAGE,
        VERSION,
        BUILD,
        TAG,
        KERNEL_FAMILY,
        KERNEL_RELEASE,
        UNIKRAFT_IMAGE,
        NAMESPACE,
        KEY,
        PAGE;

        /// The code of its absence, as in `kernel-family-not-found`.
        String absent() {
            return toString().replace(' ', '-') + "-not-found";
        }

        /// The word in a sentence, as in `kernel family`.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// One sentence for a person, without a full stop.
    default String message() {
        return switch (this) {
            case NotFound(var thing, var name) ->
                "there is no " + thing + " " + name + " here"
                        + (thing == Thing.NAMESPACE
                                ? "; an administrator makes it with: pkg namespace create " + name
                                : "");
            case BadRequest(var field, var rule) -> field + ": expected " + rule;
            case BadRange(var detail) -> detail;
            case NoSuchRange(var size) -> "the blob has " + size + " bytes, and none where the range begins";
            case NotCounted() -> "this registry does not count downloads";
            case Unsupported(var what) -> what;
            case TurnedOff(var what) -> what + " is turned off here by the registry's operator";
            case Conflict(var what) -> what;
            case MethodNotAllowed(var method, var allowed) ->
                method + " is not something this address does; it does " + String.join(", ", allowed);
            case UnsupportedMediaType() -> "the body's Content-Type is not read here, expected application/json";
            case NotAcceptable() -> "none of the types in Accept can be sent";
            case Fault() -> "the registry failed to answer; its log says why";
            case Unavailable(var what) -> what + " does not answer; try again later";
            case Busy(var what) -> "the registry is busy with " + what + " for others; try again in a minute";
            case Dropped(var digest) ->
                "the content " + digest
                        + " was being deleted, since nothing had named it for long, as it came; send it again";
        };
    }

    /// A stable word for programs, as of a [refusal][Refusal#code]. Of what is absent it says what kind of thing it is.
    default String code() {
        return this instanceof NotFound(var thing, var name) ? thing.absent() : Refusal.codeOf(getClass());
    }

    default RejectedException asException() {
        return new RejectedException(this);
    }
}
