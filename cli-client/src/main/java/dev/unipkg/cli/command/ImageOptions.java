package dev.unipkg.cli.command;

import static java.util.Objects.requireNonNull;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.compose.Choices;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.compose.Images;
import dev.unipkg.cli.compose.UnikraftImages;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.transfer.Artifact;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Reference;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.KernelChoice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The arguments and options that choose a package and its image.
public final class ImageOptions {
    private @Nullable Reference reference;
    private Arch arch = Arch.host();
    private Optional<KernelChoice> kernel = Optional.empty();
    private Optional<String> memory = Optional.empty();
    private Optional<Integer> cpus = Optional.empty();
    private List<String> environment = List.of();
    private Optional<String> writable = Optional.empty();
    private List<String> klibs = List.of();
    private List<String> kernelOptions = List.of();
    private boolean uefi;
    private List<String> arguments = List.of();

    /// Adds them to those of a command.
    public Options addTo(Options command) {
        return addProgram(addMachine(command));
    }

    private Options addMachine(Options command) {
        return command.argument(
                        "<reference>",
                        Reference.class,
                        "[registry/][namespace/]name[:version-or-tag][@digest]",
                        given -> reference = given)
                .value(
                        "--arch <arch>",
                        Arch.class,
                        "x86_64, arm64 or riscv64; this machine's by default.",
                        given -> arch = given)
                .value(
                        "--kernel <kernel>",
                        KernelChoice.class,
                        "family or family:release-or-channel, as in linux or nanos:0.1.55.",
                        given -> kernel = Optional.of(given))
                .value(
                        "-m --memory <size>",
                        String.class,
                        "The machine's memory, as in 512M.",
                        given -> memory = Optional.of(given))
                .value(
                        "--cpus <n>",
                        Integer.class,
                        "How many processors the machine has, 1 to 255.",
                        given -> cpus = Optional.of(given))
                .value(
                        "--writable <size>",
                        String.class,
                        "How much the program may write to its disk.",
                        given -> writable = Optional.of(given));
    }

    private Options addProgram(Options command) {
        return command.values(
                        "-e --env <name=value>",
                        "A variable of the program's environment; repeatable.",
                        given -> environment = given)
                .values("--klib <name>", "A kernel library of nanos to load; repeatable.", given -> klibs = given)
                .values("--option <key=value>", "An option of the kernel; repeatable.", given -> kernelOptions = given)
                .flag("--uefi", "Make the disk boot under UEFI too.", given -> uefi = given)
                .arguments(
                        "<argument>",
                        "Arguments of the program instead of the package's, after --.",
                        given -> arguments = given);
    }

    /// The same as if a package and an architecture were all that a command line names.
    static ImageOptions of(Reference reference, Arch arch) {
        ImageOptions options = new ImageOptions();
        options.reference = reference;
        options.arch = arch;
        return options;
    }

    public Reference reference() {
        return requireNonNull(reference);
    }

    /// The program's arguments, where the command line names them.
    Optional<List<String>> arguments() {
        return arguments.isEmpty() ? Optional.empty() : Optional.of(arguments);
    }

    /// The architecture.
    public Arch arch() {
        return arch;
    }

    /// How many processors the command line asks for; empty where it does not.
    ///
    /// @throws Failure when no machine has so many, or so few
    public Optional<Integer> cpus() {
        cpus.filter(count -> count < 1 || count > Guest.MAX_CPUS).ifPresent(count -> {
            throw Failure.usage("--cpus wants a number from 1 to " + Guest.MAX_CPUS + ", not " + count);
        });
        return cpus;
    }

    /// The image of the package: resolved, fetched and composed as far as the shelf does not have it.
    public ComposedImage compose(Session session) throws IOException {
        // Mistakes in options are told before the registry is asked.
        Choices chosen = choices().over(Choices.of(session.settings().config()));
        return compose(session, session.resolver(reference()).findPackage(reference()), chosen);
    }

    /// The package's image or the Unikraft image, ready to be booted.
    Bootable boot(Session session) throws IOException {
        Choices own = choices();
        Choices config = Choices.of(session.settings().config());
        Artifact found = session.resolver(reference()).findRunnable(reference());
        return found instanceof UnikraftImage image
                ? unikraft(session).obtain(image, arch, own, config)
                : compose(session, (Resolved) found, own.over(config));
    }

    private UnikraftImages unikraft(Session session) throws IOException {
        return new UnikraftImages(session.shelf(), session.pull(reference()).ofUnikraft());
    }

    private ComposedImage compose(Session session, Resolved version, Choices chosen) throws IOException {
        Images images = new Images(session.shelf(), session.pull(reference()), session.kernels(), session.messages());
        return images.obtain(version, arch, chosen);
    }

    private Choices choices() {
        return new Choices(
                kernel,
                memory.map(Sizes::parseMemory),
                cpus(),
                arguments(),
                variables(),
                writable.map(Sizes::parse),
                klibs,
                pairs("--option", kernelOptions),
                uefi ? Optional.of(Firmware.HYBRID) : Optional.empty());
    }

    private SortedMap<String, String> variables() {
        SortedMap<String, String> variables = pairs("--env", environment);
        for (String name : variables.keySet()) {
            if (!Execution.isVariable(name)) {
                throw Failure.usage(
                        "--env wants the name of a variable before the =, of letters, digits and _ . - and beginning"
                                + " with a letter or _, not \"" + name + "\"");
            }
        }
        return variables;
    }

    // Everything behind the first = is the value, further = included.
    private static SortedMap<String, String> pairs(String option, List<String> words) {
        TreeMap<String, String> pairs = new TreeMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw Failure.usage("%s wants name=value, not \"%s\"".formatted(option, word));
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }
}
