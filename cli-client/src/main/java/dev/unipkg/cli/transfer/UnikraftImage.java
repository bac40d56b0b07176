package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.oci.UnikraftIndex;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A Unikraft image that a reference stands for. It has no version: its tags may move.
///
/// @param tag that was asked for; empty where only a digest was
/// @param names see [Resolved#names]
public record UnikraftImage(
        PackageName name, String source, Optional<String> tag, Digest digest, UnikraftIndex index, List<Refs.Ref> names)
        implements Artifact {

    public UnikraftImage {
        names = List.copyOf(names);
    }

    /// The same image, called by a tag that was named beside its digest.
    UnikraftImage called(Optional<String> other) {
        return new UnikraftImage(name, source, tag.or(() -> other), digest, index, names);
    }

    @Override
    public Optional<Resolved> asVersion() {
        return Optional.empty();
    }

    /// The build that QEMU boots on this architecture.
    ///
    /// @throws Failure when there is none, or more than one
    public UnikraftIndex.Build build(Arch arch) {
        List<UnikraftIndex.Build> fitting =
                index.builds().stream().filter(build -> build.isFor(arch)).toList();
        if (fitting.size() > 1) {
            throw Failure.refused(
                            "several-kernels",
                            "%s has %d kernels for qemu/%s, which differ in settings only; expected one"
                                    .formatted(this, fitting.size(), arch))
                    .next("ask its publisher for a tag with one of them");
        }
        if (fitting.isEmpty()) {
            throw none(arch);
        }
        return fitting.getFirst();
    }

    /// The builds that QEMU boots, by architecture.
    ///
    /// @throws Failure when there is none, or more than one for an architecture
    public Map<Arch, UnikraftIndex.Build> builds() {
        Map<Arch, UnikraftIndex.Build> builds = new EnumMap<>(Arch.class);
        for (Arch arch : Arch.values()) {
            if (index.builds().stream().anyMatch(build -> build.isFor(arch))) {
                builds.put(arch, build(arch));
            }
        }
        if (builds.isEmpty()) {
            throw none(Arch.host());
        }
        return builds;
    }

    private Failure none(Arch arch) {
        String has = Refusal.escaped(index.builds().stream()
                .map(UnikraftIndex.Build::platform)
                .distinct()
                .collect(Collectors.joining(", ")));
        boolean qemu = index.builds().stream()
                .anyMatch(build -> build.monitor().equals(UnikraftIndex.QEMU)
                        && build.arch().isPresent());
        return qemu
                ? Failure.notFound("%s has no kernel for qemu/%s; it has %s".formatted(this, arch, has))
                        .next("choose another architecture with --arch")
                : Failure.refused(
                                "another-monitor",
                                "%s is for another virtual machine monitor than QEMU: it has %s".formatted(this, has))
                        .next("ask its publisher for a kernel for qemu, which kraft makes with --plat qemu");
    }

    /// The failure of a command that is for packages only.
    Failure notAPackage() {
        return Failure.refused(
                        "unikraft-image",
                        this
                                + " is a Unikraft image, whose kernel and program are one file; there is nothing to compose")
                .next("run it with: pkg run");
    }

    /// `namespace/name:tag`, or with the digest where no tag is known.
    @Override
    public String toString() {
        return tag.map(known -> name + ":" + known).orElseGet(() -> name + "@" + digest);
    }
}
