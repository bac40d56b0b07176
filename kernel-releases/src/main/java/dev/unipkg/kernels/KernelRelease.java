package dev.unipkg.kernels;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.TreePath;
import dev.unipkg.kernels.linux.DebianKernel;
import dev.unipkg.kernels.nanos.NanosTarball;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The files of a kernel for one architecture. Titles, by family:
///
/// - nanos: `kernel.img`; for x86_64 `boot.img`; where there are any, `bootx64.efi` or `bootaa64.efi` and
///   `klibs/<name>`;
/// - linux: `vmlinuz`, `busybox`, `init`, and modules as `modules/<two digits>-<name>.ko`, loaded in that
///   order;
/// - unikraft: `kernel`.
///
/// @param files by title
public record KernelRelease(Family family, Version version, Arch arch, SortedMap<String, Content> files) {

    /// Names of letters, digits, `.`, `_`, `+` and `-`, none with a dot in front, at most three within each
    /// other.
    private static final Pattern TITLE =
            Pattern.compile("[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,127}(/[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,127}){0,2}");

    public KernelRelease {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /// A release that is complete.
    ///
    /// @throws RefusedException when a file is missing or a title could lead elsewhere
    public static KernelRelease of(Family family, Version version, Arch arch, SortedMap<String, Content> files)
            throws RefusedException {
        requireComplete(family, version.toString(), arch, files.keySet());
        return new KernelRelease(family, version, arch, files);
    }

    /// Reads a release from how its makers ship it: for nanos a release tarball, for linux a folder that Debian's
    /// packages of the kernel and of a static busybox were unpacked into.
    ///
    /// @param version what to call it; where empty, what the source says
    /// @throws RefusedException when the source is damaged or incomplete, or its family is made in another way
    public static KernelRelease readSource(Family family, Path source, Optional<Version> version) throws IOException {
        return switch (family) {
            case NANOS -> {
                NanosTarball nanos = NanosTarball.read(source);
                yield of(family, version.orElse(nanos.version()), nanos.arch(), nanos.files());
            }
            case LINUX -> {
                DebianKernel linux = DebianKernel.read(source);
                yield of(family, version.orElse(linux.version()), linux.arch(), linux.files());
            }
            case UNIKRAFT ->
                throw new ProgramRefusal.ImpossibleSetting(
                                "family",
                                "is unikraft, whose kernels are linked with their program; there is no release of"
                                        + " theirs to read")
                        .asException();
        };
    }

    /// `family:version`, for messages.
    public String name() {
        return family + ":" + version;
    }

    /// The file with this title.
    ///
    /// @throws RefusedException when there is none
    public Content file(String title) throws RefusedException {
        Content file = files.get(title);
        if (file == null) {
            throw new ProgramRefusal.MissingKernelFile(name(), title).asException();
        }
        return file;
    }

    static void requireComplete(Family family, String version, Arch arch, Collection<String> titles)
            throws RefusedException {
        for (String title : titles) {
            requireTitle(title);
        }
        for (String required : family.requiredTitles(arch)) {
            if (!titles.contains(required)) {
                throw new ProgramRefusal.MissingKernelFile(family + ":" + version, required).asException();
            }
        }
    }

    static void requireTitle(String title) throws RefusedException {
        if (!TITLE.matcher(title).matches()) {
            throw TreePath.refusal(title)
                    .orElse(new ArchiveRefusal.InvalidPath(title, "is not the name of a kernel's file"))
                    .asException();
        }
    }
}
