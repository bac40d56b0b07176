package dev.unipkg.format;

import java.util.Optional;
import java.util.regex.Pattern;

/// The name of an OCI repository: `busybox`, `acme/web` or `acme/tools/web` (distribution-spec, "Pulling
/// manifests"). Its first part is a namespace, which says who may push to it. The repository of a package
/// has the name of the [package][PackageName].
///
/// @param namespace the first part, in the grammar of namespaces
/// @param rest the other parts as OCI allows them; empty where there is none
public record RepositoryName(String namespace, String rest) implements Comparable<RepositoryName> {

    /// The longest name, in characters.
    public static final int MAX_LENGTH = 255;

    private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*+";
    private static final Pattern REST = Pattern.compile(PART + "(?:/" + PART + ")*+");

    public RepositoryName {
        PackageName.requireNamespace(namespace);
        boolean fits = namespace.length() + 1 + rest.length() <= MAX_LENGTH;
        if (!fits
                || !rest.isEmpty()
                        && !PackageName.isPart(rest)
                        && !REST.matcher(rest).matches()) {
            throw new IllegalArgumentException("not the rest of a repository's name: " + Refusal.quoted(rest));
        }
    }

    /// The repository of a package.
    public static RepositoryName of(PackageName name) {
        return new RepositoryName(name.namespace(), name.name());
    }

    /// Reads a whole name.
    ///
    /// @throws IllegalArgumentException when it is outside the grammar
    public static RepositoryName parse(String text) {
        int slash = text.indexOf('/');
        if (slash == text.length() - 1) {
            throw new IllegalArgumentException("not a repository's name: " + Refusal.quoted(text));
        }
        return slash < 0
                ? new RepositoryName(text, "")
                : new RepositoryName(text.substring(0, slash), text.substring(slash + 1));
    }

    /// The package whose repository this can be; empty where no package has such a name.
    public Optional<PackageName> packageName() {
        return PackageName.isPart(rest) ? Optional.of(new PackageName(namespace, rest)) : Optional.empty();
    }

    /// The name with confusable characters folded, as a [package's][PackageName#skeleton].
    public String skeleton() {
        return joined(PackageName.skeletonOf(namespace), PackageName.skeletonOf(rest));
    }

    @Override
    public int compareTo(RepositoryName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return joined(namespace, rest);
    }

    private static String joined(String first, String others) {
        return others.isEmpty() ? first : first + "/" + others;
    }
}
