package dev.unipkg.cli.compose;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Claim;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.cli.transfer.UnikraftPull;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.unikraft.UnikraftCommandLine;
import dev.unipkg.kernels.unikraft.UnikraftFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The Unikraft images on the shelf: kernel and initrd of a build, taken out of its layers once.
public final class UnikraftImages {
    // Part of every key: raised when the same layers come to give other files.
    private static final int FORM = 1;

    private final Shelf shelf;
    private final UnikraftPull pull;

    public UnikraftImages(Shelf shelf, UnikraftPull pull) {
        this.shelf = shelf;
        this.pull = pull;
    }

    /// Brings the build for an architecture to the shelf, ready to be booted.
    ///
    /// @param chosen by the command line; the user's config file goes below, the image's own words below that
    /// @throws Failure when the command line chooses what such an image has no use for
    public UnikraftBoot obtain(UnikraftImage artifact, Arch arch, Choices chosen, Choices config) throws IOException {
        requireEffect(artifact, chosen);
        UnikraftIndex.Build build = artifact.build(arch);
        UnikraftPull.Build pulled = pull.build(artifact.name(), build);
        Image.Unikernel image = files(artifact, arch, build, pulled);
        shelf.refs().record(artifact.names());
        SortedMap<String, String> environment = new TreeMap<>(pulled.config().environment());
        environment.putAll(chosen.environment());
        String commandLine = UnikraftCommandLine.of(
                pulled.config(), image.initrd().isPresent(), chosen.kernelOptions(), environment, chosen.arguments());
        return new UnikraftBoot(artifact, build, image.with(commandLine), chosen.over(config));
    }

    private Image.Unikernel files(
            UnikraftImage artifact, Arch arch, UnikraftIndex.Build build, UnikraftPull.Build pulled)
            throws IOException {
        Digest key = Digest.of(Json.object()
                .put("unikraft", FORM)
                .put("build", pulled.digest().toString())
                .build()
                .toBytes());
        ImageFolder folder = new ImageFolder(shelf.images().resolve(key.hex()));
        Optional<Image.Unikernel> there = unikernel(folder.find());
        if (there.isPresent()) {
            return there.get();
        }
        Json.Obj inputs = Json.object()
                .put("name", artifact.name().toString())
                .put("version", artifact.tag().orElse("@" + artifact.digest()))
                .put("build", pulled.digest().toString())
                .put(
                        "kernel",
                        Family.UNIKRAFT
                                + build.kernelVersion()
                                        .map(version -> ":" + version)
                                        .orElse(""))
                .put("arch", arch.toString())
                .build();
        try {
            return extract(artifact, arch, inputs, pulled, key);
        } catch (RefusedException e) {
            // The layers were whole when they came. One that is not now is fetched again, once.
            if (!pull.mend(pulled)) {
                throw e;
            }
            return extract(artifact, arch, inputs, pulled, key);
        }
    }

    private Image.Unikernel extract(
            UnikraftImage artifact, Arch arch, Json.Obj inputs, UnikraftPull.Build pulled, Digest key)
            throws IOException {
        try (Claim claim = shelf.claim(key)) {
            ImageFolder folder = new ImageFolder(shelf.images().resolve(key.hex()));
            Optional<Image.Unikernel> there = unikernel(folder.find());
            if (there.isPresent()) {
                return there.get();
            }
            ImageFolder.sweep(shelf.images());
            Image image = folder.fill(
                    inputs, draft -> UnikraftFiles.extract(artifact.toString(), arch, pull.layers(pulled), draft));
            return unikernel(Optional.of(image)).orElseThrow();
        }
    }

    private static Optional<Image.Unikernel> unikernel(Optional<Image> image) {
        return image.filter(Image.Unikernel.class::isInstance).map(Image.Unikernel.class::cast);
    }

    // A choice on the command line must not be ignored silently. The config file's kernel is for packages.
    private static void requireEffect(UnikraftImage artifact, Choices chosen) {
        if (chosen.kernel().isPresent()) {
            throw withoutEffect("--kernel", "its kernel is part of it", artifact);
        }
        if (!chosen.klibs().isEmpty()) {
            throw withoutEffect("--klib", "its kernel loads no libraries", artifact);
        }
        if (chosen.writableBytes().isPresent()) {
            throw withoutEffect("--writable", "it has no disk and writes to memory, which -m chooses", artifact);
        }
        if (chosen.firmware().isPresent()) {
            throw withoutEffect("--uefi", "it has no disk", artifact);
        }
    }

    private static Failure withoutEffect(String option, String why, UnikraftImage artifact) {
        return Failure.usage("%s has no effect on %s, a Unikraft image: %s".formatted(option, artifact, why))
                .next("leave out " + option);
    }
}
