package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.registry.content.ScratchFile;
import dev.unipkg.registry.problems.NamePart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The form of a push by ops: the tarball, and what it is. The tarball comes first and the fields behind it in any
/// order,
/// so it is on the disk before anything is known of it.
///
/// @param fields by name
/// @param tarball the file that it was spooled to
record PushForm(Map<String, String> fields, Path tarball) {

    private static final String FILE = "package";
    private static final String TARBALL = "the tarball";

    /// The words for a package that everybody may read, in any case.
    private static final Set<String> NOT_PRIVATE = Set.of("", "off", "false");

    private static final int MAX_FIELDS = 20;
    private static final int MAX_FIELD_BYTES = 64 << 10;

    PushForm {
        fields = Map.copyOf(fields);
    }

    /// Says early that the tarball in a form of so many bytes is too large, or has no room on the disk.
    ///
    /// @param folder for the tarball
    /// @param limit of the tarball, in bytes
    static void requireRoom(long bytes, Path folder, long limit) throws RefusedException {
        if (bytes - (long) MAX_FIELDS * (MAX_FIELD_BYTES + FormReader.MAX_HEADER_BYTES) > limit) {
            throw new ContentRefusal.TooLarge(TARBALL, limit).asException();
        }
        ScratchFile.requireRoom(folder, bytes);
    }

    /// Reads a request's body to its end.
    ///
    /// @param limit of the tarball, in bytes
    static PushForm read(InputStream body, @Nullable String contentType, Path tarball, long limit) throws IOException {
        FormReader form = FormReader.of(body, contentType);
        Map<String, String> fields = new HashMap<>();
        for (Optional<String> next = form.next(); next.isPresent(); next = form.next()) {
            String name = next.get();
            if (fields.size() == MAX_FIELDS) {
                throw new DocumentRefusal.TooManyValues(MAX_FIELDS).asException();
            }
            String value = name.equals(FILE) ? spool(form, tarball, limit, fields.containsKey(FILE)) : text(form, name);
            if (fields.put(name, value) != null) {
                throw new DocumentRefusal.DuplicateKey(name).asException();
            }
        }
        if (!fields.containsKey(FILE)) {
            throw new DocumentRefusal.MissingField(FILE).asException();
        }
        return new PushForm(fields, tarball);
    }

    private static String spool(FormReader form, Path tarball, long limit, boolean again) throws IOException {
        if (again) {
            throw new DocumentRefusal.DuplicateKey(FILE).asException();
        }
        try (OutputStream file = new BoundedSpool(TARBALL, ScratchFile.open(tarball), limit)) {
            form.copyContent(file);
        }
        return "";
    }

    private static String text(FormReader form, String name) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        form.copyContent(new BoundedSpool("the field " + name, text, MAX_FIELD_BYTES));
        return text.toString(StandardCharsets.UTF_8);
    }

    /// The name of the package.
    ///
    /// @param own the namespace that the key publishes to, where it is one's
    /// @throws RefusedException when a name is outside the grammar
    PackageName name(Optional<String> own) throws RefusedException {
        String name = required("name");
        String namespace = text("namespace");
        String whole = namespace.isEmpty() ? own.orElse(PackageName.DEFAULT_NAMESPACE) : namespace;
        NamePart.require("namespace", whole);
        NamePart.require("name", name);
        return new PackageName(whole, name);
    }

    /// The version, which ops takes from the name of the folder.
    ///
    /// @throws RefusedException when it is none that may be published
    Version version() throws RefusedException {
        String version = required("version");
        if (!Version.isVersion(version)) {
            throw new NameRefusal.InvalidName(
                            "version", version, "letters, digits and . + ~ - only, beginning with a letter or digit")
                    .asException();
        }
        return new Version(version).requireFixed();
    }

    /// @throws RefusedException when ops has no such architecture
    Arch arch() throws RefusedException {
        String arch = text("arch");
        return switch (Arch.find(arch.isEmpty() ? "x86_64" : arch).orElse(Arch.RISCV64)) {
            case X86_64 -> Arch.X86_64;
            case ARM64 -> Arch.ARM64;
            case RISCV64 -> throw new DocumentRefusal.InvalidValue("arch", arch, "x86_64 or arm64").asException();
        };
    }

    String description() {
        return text("description");
    }

    /// @throws RefusedException when the package is to be private, or may be meant to be
    void requirePublic() throws RefusedException {
        String wanted = text("private");
        if (!NOT_PRIVATE.contains(wanted.toLowerCase(Locale.ROOT))) {
            throw new DocumentRefusal.InvalidValue(
                            "private", wanted, "off, because everybody can read the packages of this registry")
                    .asException();
        }
    }

    private String text(String field) {
        return fields.getOrDefault(field, "");
    }

    private String required(String field) throws RefusedException {
        if (text(field).isEmpty()) {
            throw new DocumentRefusal.MissingField(field).asException();
        }
        return text(field);
    }
}
