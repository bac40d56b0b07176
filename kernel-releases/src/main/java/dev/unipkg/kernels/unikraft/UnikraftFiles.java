package dev.unipkg.kernels.unikraft;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.TreePath;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.file.AllowedBytes;
import dev.unipkg.kernels.file.FileHead;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// Takes the kernel and the initrd of a Unikraft image out of its layers.
public final class UnikraftFiles {

    /// The path of the kernel in a layer.
    public static final String KERNEL = "unikraft/bin/kernel";

    /// The path of the initrd in a layer.
    public static final String INITRD = "unikraft/bin/initrd";

    // Layers hold one file each. Some publishers add the sources of the kernel.
    private static final int MAX_ENTRIES = 20_000;

    // Before an entry stand its header, a long name and pax records, and what fills up the entry before.
    private static final long MAX_HEADER_BYTES = 64 << 10;

    // The limit of bytes behind the last entry: GNU tar fills records of 10 KiB.
    private static final long MAX_END_BYTES = 64 << 10;

    private static final Set<Byte> PLAIN = Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM);

    private final Path folder;
    private int entries;
    private long bytes;

    private UnikraftFiles(Path folder) {
        this.folder = folder;
    }

    /// Writes the kernel, and the initrd where there is one, into a folder.
    ///
    /// @param name of the image, for messages
    /// @param layers in the order of the manifest
    /// @return the image with an empty command line
    /// @throws RefusedException when a layer is damaged, too large or holds what no layer of such an image
    ///     has, when there is no kernel or more than one, or when the kernel is for another architecture
    public static Image.Unikernel extract(String name, Arch arch, List<UnikraftLayer> layers, Path folder)
            throws IOException {
        UnikraftFiles files = new UnikraftFiles(folder);
        for (UnikraftLayer layer : layers) {
            files.read(layer);
        }
        Path kernel = folder.resolve(Image.Unikernel.KERNEL);
        if (!Files.exists(kernel)) {
            throw new ProgramRefusal.NoUnikernel(name, "/" + KERNEL).asException();
        }
        KernelForm.requireArch("/" + KERNEL, arch, FileHead.of(KERNEL, Content.ofFile(kernel)));
        Path initrd = folder.resolve(Image.Unikernel.INITRD);
        return new Image.Unikernel(kernel, Optional.of(initrd).filter(Files::exists), "");
    }

    private void read(UnikraftLayer layer) throws IOException {
        String called = layer.called();
        try (InputStream verified = layer.open()) {
            readTar(layer, verified);
            // The digest is compared when the end is reached.
            verified.transferTo(OutputStream.nullOutputStream());
        } catch (EOFException e) {
            throw new RefusedException(new ArchiveRefusal.Truncated(called), e);
        } catch (RefusedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new ArchiveRefusal.Corrupt(called, String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            if (ContentRefusal.isDiskFull(e)) {
                throw new RefusedException(
                        new ContentRefusal.DiskFull(
                                folder.toString(), layer.descriptor().size()),
                        e);
            }
            throw new RefusedException(new ArchiveRefusal.Corrupt(called, String.valueOf(e.getMessage())), e);
        }
    }

    // A layer that is damaged may also be no tar. Its digest is the better reason, which the caller finds.
    private void readTar(UnikraftLayer layer, InputStream verified) throws IOException {
        InputStream plain = layer.isGzip() ? new GzipCompressorInputStream(verified) : verified;
        Refusal tooLarge = tooLarge(layer);
        AllowedBytes allowed = new AllowedBytes(plain, 0, tooLarge);
        TarArchiveInputStream tar = new TarArchiveInputStream(allowed);
        Refusal header = new ArchiveRefusal.Corrupt(
                layer.called(),
                "more than " + MAX_HEADER_BYTES + " bytes stand before an entry, where its name is expected");
        allowed.allow(MAX_HEADER_BYTES, header);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > MAX_ENTRIES) {
                throw new ArchiveRefusal.TooManyEntries(MAX_ENTRIES).asException();
            }
            take(entry, tar, layer, allowed);
            allowed.allow(MAX_HEADER_BYTES, header);
        }
        allowed.allow(MAX_END_BYTES, new ArchiveRefusal.TrailingBytes(layer.called()));
        allowed.transferTo(OutputStream.nullOutputStream());
    }

    private void take(TarArchiveEntry entry, TarArchiveInputStream tar, UnikraftLayer layer, AllowedBytes allowed)
            throws IOException {
        Optional<String> path = path(entry);
        long size = entry.getSize();
        if (size < 0 || size > limit(layer) - bytes) {
            throw tooLarge(layer).asException();
        }
        bytes += size;
        allowed.allow(size, tooLarge(layer));
        Optional<String> file = path.flatMap(UnikraftFiles::file);
        if (file.isPresent()) {
            write(path.orElseThrow(), folder.resolve(file.get()), tar, size);
        } else {
            tar.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static void write(String path, Path target, TarArchiveInputStream tar, long size) throws IOException {
        try (OutputStream out =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (tar.transferTo(out) != size) {
                throw new EOFException();
            }
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(new ArchiveRefusal.DuplicateEntry("/" + path), e);
        }
    }

    private static Optional<String> file(String path) {
        return switch (path) {
            case KERNEL -> Optional.of(Image.Unikernel.KERNEL);
            case INITRD -> Optional.of(Image.Unikernel.INITRD);
            default -> Optional.empty();
        };
    }

    /// The path of an entry, relative to the root; empty for a directory.
    private static Optional<String> path(TarArchiveEntry entry) throws RefusedException {
        String written = entry.getName();
        String path = written.replaceFirst("^(?:\\./|/)", "").replaceFirst("/$", "");
        if (entry.isDirectory() && (path.isEmpty() || path.equals("."))) {
            return Optional.empty();
        }
        Optional<ArchiveRefusal> broken = TreePath.refusal(path);
        if (broken.isPresent()) {
            throw broken.get().asException();
        }
        if (entry.isDirectory()) {
            return Optional.empty();
        }
        if (entry.isLink()) {
            throw new ArchiveRefusal.HardLink(written).asException();
        }
        if (!PLAIN.contains(entry.getLinkFlag()) || entry.isSparse()) {
            throw new ArchiveRefusal.InvalidPath(
                            written,
                            "is a " + (entry.isSymbolicLink() ? "symlink" : "special file")
                                    + "; a Unikraft image holds files and directories only")
                    .asException();
        }
        return Optional.of(path);
    }

    // A layer in gzip unpacks to no more than an honest one does, and all layers to no more than those of a package.
    private static long limit(UnikraftLayer layer) {
        return layer.isGzip() ? Math.min(Limits.DEFAULT.bytes(), ratioLimit(layer)) : Limits.DEFAULT.bytes();
    }

    private static long ratioLimit(UnikraftLayer layer) {
        long size = layer.descriptor().size();
        return Math.max(Limits.RATIO_FREE_BYTES, size * Limits.DEFAULT.ratio());
    }

    private static Refusal tooLarge(UnikraftLayer layer) {
        return limit(layer) < Limits.DEFAULT.bytes()
                ? new ArchiveRefusal.Bomb(Limits.DEFAULT.ratio())
                : new ArchiveRefusal.UnpacksTooLarge(Limits.DEFAULT.bytes());
    }
}
