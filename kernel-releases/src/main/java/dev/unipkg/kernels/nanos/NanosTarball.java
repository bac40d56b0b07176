package dev.unipkg.kernels.nanos;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.TreePath;
import dev.unipkg.kernels.file.AllowedBytes;
import dev.unipkg.kernels.file.FileHead;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// A release of Nanos as upstream ships it: a tar.gz without a root folder. For x86_64
/// `nanos-release-linux-<version>.tar.gz` with `boot.img bootx64.efi kernel.img klibs/<name>...`, for arm64
/// `nanos-release-linux-<version>-virt.tar.gz` with `bootaa64.efi kernel.img klibs/<name>...`; nightlies are
/// called `nanos-nightly-linux[-virt].tar.gz`. There is no version inside, only in the name.
///
/// @param version as the name has it; `nightly` for one without
/// @param files by their path in the tarball, in memory
public record NanosTarball(Version version, Arch arch, SortedMap<String, Content> files) {

    private static final Pattern NAME =
            Pattern.compile("nanos-(?:release-linux-(?<version>.+?)|nightly-linux)(?<virt>-virt)?\\.tar\\.gz");

    private static final Pattern KLIB = Pattern.compile("klibs/[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /// How large a release may be; real ones have 20 files and 3.5 MB.
    private static final int MAX_ENTRIES = 200;

    private static final long MAX_BYTES = 64 << 20;

    /// How much may stand before an entry: its header, a long name, pax records, what fills up the entry before.
    private static final long MAX_HEADER_BYTES = 64 << 10;

    /// The entry types of files: as POSIX writes it, and as older tars do.
    private static final Set<Byte> PLAIN = Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM);

    public NanosTarball {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /// Reads a release tarball.
    ///
    /// @throws RefusedException when its name is not that of a release, when it is damaged, too large, or holds
    ///     anything else than plain files under the names above, when the kernel is missing, or when a file is
    ///     [not what it is called][NanosFiles#require] or for another architecture than the name says
    public static NanosTarball read(Path tarball) throws IOException {
        String name = String.valueOf(tarball.getFileName());
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches() || matcher.group("version") != null && !Version.isVersion(matcher.group("version"))) {
            throw new NameRefusal.InvalidName(
                            "name of a Nanos release",
                            name,
                            "nanos-release-linux-<version>[-virt].tar.gz, as it is downloaded: only the name says the"
                                    + " architecture")
                    .asException();
        }
        Version version =
                new Version(Optional.ofNullable(matcher.group("version")).orElse("nightly"));
        Arch arch = matcher.group("virt") == null ? Arch.X86_64 : Arch.ARM64;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tarball))) {
            return new NanosTarball(version, arch, files(name, arch, in));
        }
    }

    /// Reads the files of a release out of a stream.
    ///
    /// @param name of the release, for messages
    static SortedMap<String, Content> files(String name, Arch arch, InputStream in) throws IOException {
        SortedMap<String, Content> files;
        Refusal tooLarge = new ContentRefusal.TooLarge(name, MAX_BYTES);
        try (InputStream gzip = new GzipCompressorInputStream(new AllowedBytes(in, MAX_BYTES, tooLarge), true);
                AllowedBytes allowed = new AllowedBytes(gzip, 0, tooLarge);
                TarArchiveInputStream tar = new TarArchiveInputStream(allowed)) {
            files = files(name, arch, tar, allowed);
        } catch (EOFException e) {
            throw new RefusedException(new ArchiveRefusal.Truncated(name), e);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusedException(new ArchiveRefusal.Corrupt(name, String.valueOf(e.getMessage())), e);
        }
        if (arch == Arch.X86_64) {
            requireFile(name, files, NanosKernel.BOOT_CODE);
        }
        requireFile(name, files, NanosKernel.KERNEL);
        for (Map.Entry<String, Content> file : files.entrySet()) {
            NanosFiles.require(name, arch, FileHead.of(file.getKey(), file.getValue()));
        }
        return files;
    }

    private static SortedMap<String, Content> files(
            String name, Arch arch, TarArchiveInputStream tar, AllowedBytes allowed) throws IOException {
        SortedMap<String, Content> files = new TreeMap<>();
        Refusal header = new ArchiveRefusal.Corrupt(
                name, "more than " + MAX_HEADER_BYTES + " bytes stand before an entry, where its name is expected");
        long bytes = 0;
        int entries = 0;
        while (true) {
            allowed.allow(MAX_HEADER_BYTES, header);
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null) {
                return files;
            }
            if (++entries > MAX_ENTRIES) {
                throw new ArchiveRefusal.TooManyEntries(MAX_ENTRIES).asException();
            }
            if (entry.isDirectory() && entry.getName().equals(NanosKernel.KLIBS)) {
                continue;
            }
            requireKnown(arch, entry);
            bytes += entry.getSize();
            if (entry.getSize() < 0 || bytes > MAX_BYTES) {
                throw new ContentRefusal.TooLarge(name, MAX_BYTES).asException();
            }
            allowed.allow(entry.getSize(), new ContentRefusal.TooLarge(name, MAX_BYTES));
            byte[] content = tar.readNBytes((int) entry.getSize());
            if (content.length < entry.getSize()) {
                throw new ArchiveRefusal.Truncated(name).asException();
            }
            if (files.put(entry.getName(), new Content.Bytes(content)) != null) {
                throw new ArchiveRefusal.DuplicateEntry(entry.getName()).asException();
            }
        }
    }

    private static void requireKnown(Arch arch, TarArchiveEntry entry) throws RefusedException {
        String path = entry.getName();
        boolean plain = PLAIN.contains(entry.getLinkFlag()) && !entry.isSparse();
        if (!plain) {
            throw new ArchiveRefusal.UnknownEntry(path, entry.isDirectory() ? "directory" : "link or special")
                    .asException();
        }
        boolean known = path.equals(NanosKernel.KERNEL)
                || path.equals(NanosKernel.loaderTitle(arch))
                || arch == Arch.X86_64 && path.equals(NanosKernel.BOOT_CODE)
                || KLIB.matcher(path).matches();
        if (!known) {
            throw TreePath.refusal(path)
                    .orElse(new ArchiveRefusal.InvalidPath(path, "is not a file of a Nanos release"))
                    .asException();
        }
    }

    private static void requireFile(String name, SortedMap<String, Content> files, String title)
            throws RefusedException {
        if (!files.containsKey(title)) {
            throw new ProgramRefusal.MissingKernelFile(name, title).asException();
        }
    }
}
