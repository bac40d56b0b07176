package dev.unipkg.kernels.file;

import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A folder that the entries of an image go into, a directory before what is in it. Nothing leaves the folder: every
/// name is checked, existing files are never overwritten, and links are made last, so that none is followed. Entries
/// that a folder cannot hold are left out.
public final class ExtractedFolder {

    /// The longest link target that Linux accepts.
    private static final int MAX_LINK_BYTES = 4095;

    private final Path folder;
    private final Map<Path, Path> links = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();

    /// @param folder made if it is not there
    public ExtractedFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /// Makes a directory.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when something is in the way
    public void directory(String path) throws IOException {
        Optional<Path> target = target(path);
        if (target.isPresent()) {
            Files.createDirectory(target.get());
        }
    }

    /// Makes a file of what `content` writes into it.
    ///
    /// @return the file; empty when it was left out
    /// @throws java.nio.file.FileAlreadyExistsException when something is in the way
    public Optional<Path> file(String path, boolean executable, ImageFile.Parts content) throws IOException {
        Optional<Path> target = target(path);
        if (target.isPresent()) {
            var permissions = PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--");
            var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (FileChannel file =
                    FileChannel.open(target.get(), options, PosixFilePermissions.asFileAttribute(permissions))) {
                content.write(file);
            }
        }
        return target;
    }

    /// Makes another name of a file that [#file] made.
    public void sameFile(String path, Path file) throws IOException {
        Optional<Path> target = target(path);
        if (target.isPresent()) {
            Files.createLink(target.get(), file);
        }
    }

    /// Notes a symbolic link, which [#finish] makes.
    public void link(String path, String text) {
        Optional<Path> target = target(path);
        if (target.isEmpty()) {
            return;
        }
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MAX_LINK_BYTES) {
            skip(path);
            return;
        }
        try {
            links.put(target.get(), Path.of(text));
        } catch (InvalidPathException e) {
            skip(path);
        }
    }

    /// Leaves an entry out.
    public void skip(String path) {
        skipped.add(path);
    }

    /// Makes the links.
    ///
    /// @return the paths of what was left out
    /// @throws java.nio.file.FileAlreadyExistsException when something is in the way
    public List<String> finish() throws IOException {
        for (Map.Entry<Path, Path> link : links.entrySet()) {
            Files.createSymbolicLink(link.getKey(), link.getValue());
        }
        return List.copyOf(skipped);
    }

    /// The path that an entry is extracted to; empty when a folder cannot hold it, which is recorded.
    private Optional<Path> target(String path) {
        if (TreePath.isPath(path)) {
            try {
                return Optional.of(folder.resolve(path));
            } catch (InvalidPathException e) {
                // A name that this machine's locale has no bytes for.
            }
        }
        skip(path);
        return Optional.empty();
    }
}
