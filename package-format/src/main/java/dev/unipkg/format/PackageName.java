package dev.unipkg.format;

import java.util.regex.Pattern;

/// `namespace/name`: what a package is called, the same on every registry that holds it. Also the OCI
/// repository name of its versions. Each part is `[a-z0-9]+([.-][a-z0-9]+)*` of at most 64 characters.
///
/// @param namespace who may publish it, `library` where a reference names none
/// @param name the package's own name
public record PackageName(String namespace, String name) implements Comparable<PackageName> {

    /// The namespace of references that name none, as in `nginx`.
    public static final String DEFAULT_NAMESPACE = "library";

    /// The longest namespace or name, in characters.
    public static final int MAX_PART_LENGTH = 64;

    private static final Pattern PART = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*+");

    public PackageName {
        requireNamespace(namespace);
        requirePart("name", name);
    }

    /// Reads `namespace/name`, or `name` for one of the default namespace.
    ///
    /// @throws IllegalArgumentException when either part is outside the grammar
    public static PackageName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new PackageName(DEFAULT_NAMESPACE, text)
                : new PackageName(text.substring(0, slash), text.substring(slash + 1));
    }

    /// Whether `part` may be a namespace or a name.
    public static boolean isPart(String part) {
        return part.length() <= MAX_PART_LENGTH && PART.matcher(part).matches();
    }

    /// The name with confusable characters folded (`l`, `1` and `i`; `0` and `o`; separators). Two packages or two
    /// namespaces with equal skeletons could be mistaken for each other.
    public String skeleton() {
        return skeletonOf(namespace) + "/" + skeletonOf(name);
    }

    /// The skeleton of one part of a name; see [#skeleton].
    public static String skeletonOf(String part) {
        StringBuilder skeleton = new StringBuilder(part.length());
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            switch (c) {
                case '.', '-', '_' -> {}
                case '1', 'i' -> skeleton.append('l');
                case '0' -> skeleton.append('o');
                default -> skeleton.append(c);
            }
        }
        return skeleton.toString();
    }

    @Override
    public int compareTo(PackageName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }

    /// Requires what may be a namespace.
    ///
    /// @throws IllegalArgumentException when it is outside the grammar
    public static void requireNamespace(String namespace) {
        requirePart("namespace", namespace);
    }

    private static void requirePart(String what, String part) {
        if (!isPart(part)) {
            throw new IllegalArgumentException("not a " + what + ": \"" + part
                    + "\"; expected lowercase letters and digits, with single . or - between them, at most "
                    + MAX_PART_LENGTH + " characters");
        }
    }
}
