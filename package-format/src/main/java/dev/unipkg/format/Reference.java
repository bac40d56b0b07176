package dev.unipkg.format;

import java.util.Optional;
import java.util.regex.Pattern;

/// How a person names one version of a package: `[registry/][namespace/]name[:version-or-tag][@digest]`.
///
/// The part before the first slash is a registry when it has a `.` and is followed by a namespace and a name, has a
/// port, or is `localhost`; so `acme.org/tool` is the package `tool` of the namespace `acme.org`, while
/// `registry.example.org/acme/tool`, `localhost/tool` and `127.0.0.1:8080/tool` name a registry.
///
/// @param registry `host` or `host:port`; empty for the registry that is configured
/// @param name the package
/// @param versionOrTag the version, or a tag that points at one; empty for the latest
/// @param digest the digest of exactly the content that is meant; where it is present, the version is a remark
public record Reference(
        Optional<String> registry, PackageName name, Optional<String> versionOrTag, Optional<Digest> digest) {

    private static final Pattern REGISTRY = Pattern.compile(
            "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?+|\\[[0-9a-fA-F:.]{2,45}])(?::[0-9]{1,5})?+");

    public Reference {
        registry.ifPresent(Reference::requireRegistry);
        versionOrTag.ifPresent(Reference::requireVersionOrTag);
    }

    /// Reads a reference.
    ///
    /// @throws IllegalArgumentException when a part of it is outside its grammar
    public static Reference parse(String text) {
        int at = text.indexOf('@');
        Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(Digest.parse(text.substring(at + 1)));
        String rest = at < 0 ? text : text.substring(0, at);

        Optional<String> registry = registryOf(rest);
        if (registry.isPresent()) {
            rest = rest.substring(registry.get().length() + 1);
        }
        int colon = rest.indexOf(':');
        Optional<String> versionOrTag = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
        return new Reference(
                registry, PackageName.parse(colon < 0 ? rest : rest.substring(0, colon)), versionOrTag, digest);
    }

    /// The reference to a version on the configured registry.
    public static Reference of(PackageName name, Version version) {
        return new Reference(Optional.empty(), name, Optional.of(version.text()), Optional.empty());
    }

    /// The reference in the OCI API: the digest, else the tag form of the version, else `latest`.
    public String ociReference() {
        return digest.map(Digest::toString)
                .orElseGet(() -> versionOrTag
                        .map(text -> Version.isVersion(text) ? new Version(text).tag() : text)
                        .orElse(Tag.LATEST));
    }

    /// The same package and version on another registry.
    public Reference withRegistry(String other) {
        return new Reference(Optional.of(other), name, versionOrTag, digest);
    }

    /// The reference in full, with its namespace; [#parse] reads it back.
    @Override
    public String toString() {
        return registry.map(r -> r + "/").orElse("")
                + name
                + versionOrTag.map(v -> ":" + v).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }

    private static Optional<String> registryOf(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String first = text.substring(0, slash);
        boolean namesRegistry = first.contains(":")
                || first.equals("localhost")
                || first.contains(".") && text.indexOf('/', slash + 1) >= 0;
        return namesRegistry ? Optional.of(first) : Optional.empty();
    }

    private static void requireRegistry(String registry) {
        if (!REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException("not a registry: \"" + registry
                    + "\"; expected host or host:port, as in registry.example.org:5000");
        }
    }

    private static void requireVersionOrTag(String text) {
        if (!Version.isVersion(text) && !Tag.isTag(text)) {
            throw new IllegalArgumentException("neither a version nor a tag: \"" + text
                    + "\"; expected a letter or digit, then letters, digits and . + ~ _ -, at most "
                    + Version.MAX_LENGTH + " characters");
        }
    }
}
