package dev.unipkg.format;

import static dev.unipkg.format.Refusal.quoted;

/// Why something sound is not published.
public sealed interface PublishRefusal extends Refusal {

    /// The version is published with other content; versions never change.
    record VersionExists(PackageName name, Version version, Digest published, Digest pushed)
            implements PublishRefusal {}

    /// A tag would be moved that names a version.
    record TagIsVersion(PackageName name, String tag) implements PublishRefusal {}

    /// A version, or one of its builds, would be deleted.
    record VersionStays(PackageName name, Version version) implements PublishRefusal {}

    /// A tag would point at a version that is not published.
    record VersionNotPublished(PackageName name, Version version) implements PublishRefusal {}

    /// A document states another name, version or architecture than the place that it is pushed to, or than the
    /// reference that a client asked for.
    ///
    /// @param what which of them
    record SaysOtherwise(String what, String expected, String actual) implements PublishRefusal {}

    @Override
    default String sentence() {
        return switch (this) {
            case VersionExists(var name, var version, var published, var pushed) ->
                name + ":" + version + " exists with the digest " + published + ", and versions never change; what was"
                        + " pushed is " + pushed + "; publish it as a new version";
            case TagIsVersion(var name, var tag) -> name + ":" + tag + " is a version, and versions never move";
            case VersionStays(var name, var version) ->
                name + ":" + version + " is a published version, and versions and their builds are never deleted;"
                        + " publish a newer one and move the tags to it";
            case VersionNotPublished(var name, var version) ->
                name + ":" + version + " is not published with this content; publish the version first";
            case SaysOtherwise(var what, var expected, var actual) ->
                "its " + what + " is " + quoted(actual) + ", expected " + quoted(expected);
        };
    }
}
