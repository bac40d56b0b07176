package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.problems.NamePart;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The paths of the OCI API and their parts.
final class OciPaths {

    private OciPaths() {}

    /// The path of a blob.
    static String blob(RepositoryName repository, Digest digest) {
        return "/v2/" + repository + "/blobs/" + digest;
    }

    /// The path of a manifest.
    static String manifest(RepositoryName repository, Digest digest) {
        return "/v2/" + repository + "/manifests/" + digest;
    }

    /// The repository that two parts of a path name: a namespace, and the name of a package or, behind a
    /// slash, all other parts of a name that no package can have. Those have been looked at on their way
    /// in.
    static RepositoryName repository(String namespace, String name) throws RefusedException {
        NamePart.require("namespace", namespace);
        if (name.startsWith("/")) {
            return new RepositoryName(namespace, name.substring(1));
        }
        NamePart.require("name", name);
        return new RepositoryName(namespace, name);
    }

    static Digest digest(String text) throws RefusedException {
        try {
            return Digest.parseAny(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    new NameRefusal.InvalidName(
                            "digest", text, "sha256: and 64, or sha512: and 128 lowercase hex digits"),
                    e);
        }
    }

    /// Requires that blobs can be named by the algorithm that a client says beforehand.
    static void requireAlgorithm(@Nullable String text) throws RefusedException {
        if (text != null
                && Stream.of(Digest.Algorithm.values()).map(Object::toString).noneMatch(text::equals)) {
            throw new NameRefusal.InvalidName("digest algorithm", text, "sha256 or sha512").asException();
        }
    }

    /// The digest that a reference is; absent where it is a tag.
    static Optional<Digest> ifDigest(String reference) throws RefusedException {
        return isDigest(reference) ? Optional.of(digest(reference)) : Optional.empty();
    }

    // The digests of every algorithm have a colon, which tags cannot have.
    static boolean isDigest(String reference) {
        return reference.indexOf(':') >= 0;
    }
}
