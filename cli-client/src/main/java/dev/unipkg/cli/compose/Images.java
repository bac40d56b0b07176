package dev.unipkg.cli.compose;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.shelf.Claim;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.transfer.Pull;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.VersionRange;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelChoice;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The images on the shelf. An image is a function of a build, a kernel release and settings; one that is there is
/// never composed again.
public final class Images {
    // Part of every key: raised when the same inputs come to give other bytes.
    private static final int FORM = 7;

    private final Shelf shelf;
    private final Pull pull;
    private final Kernels kernels;
    private final Messages messages;

    public Images(Shelf shelf, Pull pull, Kernels kernels, Messages messages) {
        this.shelf = shelf;
        this.pull = pull;
        this.kernels = kernels;
        this.messages = messages;
    }

    /// The image of a build, composed when it is not there yet.
    ///
    /// @param chosen by command line and config; the package's own words go below
    public ComposedImage obtain(Resolved resolved, Arch arch, Choices chosen) throws IOException {
        Pull.Build build = pull.describe(resolved.name(), resolved.build(arch));
        ImageConfig config = build.config();
        Choices choices = chosen.over(Choices.of(config));
        KernelOnShelf kernel = kernel(chosen, config, arch);
        requireEffect(chosen, kernel);
        if (kernel.family() == Family.NANOS && config.execution().hasUser()) {
            messages.say("the user %s of %s has no effect: %s runs every program as root"
                    .formatted(config.execution().user(), resolved.name(), kernel));
        }
        ImageSettings settings = settings(config, choices);
        Digest key = key(build.digest(), kernel.digest(), settings);
        ImageFolder folder = new ImageFolder(shelf.images().resolve(key.hex()));
        Optional<Image> there = folder.find();
        Image image = there.isPresent() ? there.get() : compose(resolved, build, kernel, settings, key);
        shelf.touch(kernel.digest());
        // An image on the shelf proves that build and release were whole when it was composed.
        shelf.refs().record(resolved.names());
        shelf.refs().record(kernel.names());
        return new ComposedImage(
                resolved.name(), resolved.version(), image, config, choices, kernel, build.digest(), key);
    }

    private KernelOnShelf kernel(Choices chosen, ImageConfig config, Arch arch) throws IOException {
        Optional<String> family = config.unikernel().kernelFamily();
        if (chosen.kernel().isEmpty() && family.isEmpty()) {
            return kernels.findAny(arch);
        }
        KernelChoice choice =
                chosen.kernel().isPresent() ? chosen.kernel().get() : KernelChoice.parse(family.orElseThrow());
        // A range says something about the package's own family only.
        boolean same = family.isEmpty() || family.get().equals(choice.family().toString());
        Optional<VersionRange> range =
                same ? config.unikernel().kernelVersions().map(VersionRange::parse) : Optional.empty();
        return kernels.find(choice, range, arch);
    }

    // Klibs and options of the package apply to its own family only. Those from the command line must not be
    // ignored silently.
    private static void requireEffect(Choices chosen, KernelOnShelf kernel) {
        if (kernel.family() == Family.NANOS) {
            return;
        }
        if (!chosen.klibs().isEmpty()) {
            throw withoutEffect("--klib", "names a kernel library", kernel, "none");
        }
        if (chosen.writableBytes().isPresent()) {
            throw withoutEffect(
                    "--writable", "is for the disk of an image", kernel, "none: it writes to memory, which -m chooses");
        }
        if (chosen.firmware().isPresent()) {
            throw withoutEffect("--uefi", "is for the disk of an image", kernel, "none");
        }
    }

    private static Failure withoutEffect(String option, String does, KernelOnShelf kernel, String has) {
        return Failure.usage("%s %s of %s, but the kernel is %s, which has %s"
                        .formatted(option, does, Family.NANOS, kernel, has))
                .next("leave out %s, or choose --kernel %s".formatted(option, Family.NANOS));
    }

    private Image compose(Resolved resolved, Pull.Build build, KernelOnShelf kernel, ImageSettings settings, Digest key)
            throws IOException {
        pull.layers(build);
        KernelRelease release = kernels.fetch(kernel);
        // Ahead of the claim: a damaged layer is fetched again, which wants claims of its own.
        FileTree root = pull.files(build);
        try (Claim claim = shelf.claim(key)) {
            ImageFolder folder = new ImageFolder(shelf.images().resolve(key.hex()));
            Optional<Image> there = folder.find();
            if (there.isPresent()) {
                return there.get();
            }
            ImageFolder.sweep(shelf.images());
            messages.say("composing %s:%s with %s".formatted(resolved.name(), resolved.version(), kernel));
            Json.Obj inputs = Json.object()
                    .put("name", resolved.name().toString())
                    .put("version", resolved.version().text())
                    .put("build", build.digest().toString())
                    .put("kernel", kernel.toString())
                    .put("kernelDigest", kernel.digest().toString())
                    .put("arch", kernel.arch().toString())
                    .build();
            return folder.fill(inputs, draft -> Composer.compose(release, root, settings, draft));
        }
    }

    static ImageSettings settings(ImageConfig config, Choices choices) throws IOException {
        ImageSettings own = ImageSettings.of(config);
        List<String> words = new ArrayList<>(config.execution().entrypoint());
        words.addAll(choices.arguments().orElse(List.of()));
        // Without an entrypoint the program is the first word of cmd, and arguments do not replace it.
        List<String> arguments =
                config.execution().entrypoint().isEmpty() ? own.arguments() : words.subList(1, words.size());
        return new ImageSettings(
                own.program(),
                arguments,
                choices.environment(),
                own.workingDirectory(),
                choices.writableBytes().orElse(0L),
                choices.klibs(),
                choices.kernelOptions(),
                choices.firmware().orElse(Firmware.BIOS),
                own.user(),
                own.volumes());
    }

    static Digest key(Digest build, Digest kernel, ImageSettings settings) {
        return Digest.of(Json.object()
                .put("form", FORM)
                .put("build", build.toString())
                .put("kernel", kernel.toString())
                .put("program", settings.program())
                .put("arguments", Json.texts(settings.arguments()))
                .putTexts("environment", settings.environment())
                .put("workingDirectory", settings.workingDirectory())
                .put("writable", settings.writableBytes())
                .put("klibs", Json.texts(settings.klibs()))
                .putTexts("kernelOptions", settings.kernelOptions())
                .put("firmware", settings.firmware().name())
                .put("user", settings.user())
                .put("volumes", Json.texts(settings.volumes()))
                .build()
                .toBytes());
    }
}
