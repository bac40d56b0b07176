package dev.unipkg.cli.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.file.NewFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which digest a version or tag had when it was last looked at: `refs/<registry>/<namespace>/<name>/<version>`
/// holds the digest of the index as text. It lets a version that is here be used without asking again, and
/// everything be used offline.
///
/// A registry is its origin, with `_` for `://` on the disk: what was learned over plain http, which anybody on the
/// way may have changed, is not what is known of the same host over https.
public final class Refs {
    /// The "registry" of the builds made on this machine; no host can have that name.
    public static final String BUILT_HERE = "_built";

    private static final Pattern FOLDER = Pattern.compile("^(https?)_");

    private final Path root;
    private final Shelf shelf;

    /// One name and what it stands for.
    ///
    /// @param registry its origin, `http(s)://host[:port]`, or [#BUILT_HERE]
    public record Ref(String registry, PackageName name, String versionOrTag, Digest digest) {}

    Refs(Path root, Shelf shelf) {
        this.root = root;
        this.shelf = shelf;
    }

    /// The digest that the name last had, if that index is still on the shelf.
    public Optional<Digest> find(String registry, PackageName name, String versionOrTag) throws IOException {
        return read(file(registry, name, versionOrTag));
    }

    /// Remembers what the name stands for.
    public void put(String registry, PackageName name, String versionOrTag, Digest digest) throws IOException {
        Path file = file(registry, name, versionOrTag);
        if (read(file).equals(Optional.of(digest))) {
            return;
        }
        Files.createDirectories(file.getParent());
        try (NewFile draft = shelf.draft()) {
            draft.out().write(digest.toString().getBytes(UTF_8));
            draft.commit(file);
        }
    }

    /// Records several names.
    public void record(List<Ref> refs) throws IOException {
        for (Ref ref : refs) {
            put(ref.registry(), ref.name(), ref.versionOrTag(), ref.digest());
        }
    }

    /// Forgets what a name stood for.
    public void remove(Ref ref) throws IOException {
        Files.deleteIfExists(file(ref.registry(), ref.name(), ref.versionOrTag()));
    }

    /// All names of one package at one registry.
    public List<Ref> of(String registry, PackageName name) throws IOException {
        return below(folder(registry).resolve(name.namespace()).resolve(name.name()));
    }

    /// All names, in the order of their text.
    public List<Ref> all() throws IOException {
        return below(root);
    }

    private List<Ref> below(Path folder) throws IOException {
        List<Ref> refs = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return refs;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Path parts = root.relativize(file);
                Optional<Digest> digest = read(file);
                if (parts.getNameCount() == 4 && digest.isPresent()) {
                    PackageName name = new PackageName(
                            parts.getName(1).toString(), parts.getName(2).toString());
                    String registry =
                            FOLDER.matcher(parts.getName(0).toString()).replaceFirst("$1://");
                    refs.add(new Ref(registry, name, parts.getName(3).toString(), digest.get()));
                }
            }
        }
        return refs;
    }

    private Optional<Digest> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.parse(Files.readString(file).strip())).filter(shelf::hasBlob);
        } catch (IllegalArgumentException e) {
            // Something else wrote here; as good as not knowing.
            return Optional.empty();
        }
    }

    private Path folder(String registry) {
        return root.resolve(registry.replaceFirst("://", "_"));
    }

    private Path file(String registry, PackageName name, String versionOrTag) {
        return folder(registry).resolve(name.namespace()).resolve(name.name()).resolve(versionOrTag);
    }
}
