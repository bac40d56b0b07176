package dev.unipkg.cli.compose;

import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.settings.UserConfig;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.KernelChoice;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Options for an image and the machine it runs on. The command line goes before the user's config file, and that
/// before the package ([#over]). An empty field leaves the choice to the next of them.
///
/// @param memoryBytes of the machine
/// @param cpus of the machine
/// @param arguments behind the program's fixed ones
/// @param environment of the program
/// @param writableBytes how much the program may write
/// @param klibs by name
/// @param kernelOptions of the kernel's family
public record Choices(
        Optional<KernelChoice> kernel,
        Optional<Long> memoryBytes,
        Optional<Integer> cpus,
        Optional<List<String>> arguments,
        SortedMap<String, String> environment,
        Optional<Long> writableBytes,
        List<String> klibs,
        SortedMap<String, String> kernelOptions,
        Optional<Firmware> firmware) {

    /// Nothing chosen.
    public static final Choices NONE = new Choices(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new TreeMap<>(),
            Optional.empty(),
            List.of(),
            new TreeMap<>(),
            Optional.empty());

    public Choices {
        arguments = arguments.map(List::copyOf);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        klibs = List.copyOf(new TreeSet<>(klibs));
        kernelOptions = Collections.unmodifiableSortedMap(new TreeMap<>(kernelOptions));
    }

    /// The needs of a build, without its kernel family: this pkg may not know that family, which matters only
    /// if no other was chosen ([Images]).
    public static Choices of(ImageConfig config) {
        UnikernelSettings unikernel = config.unikernel();
        return new Choices(
                Optional.empty(),
                Optional.of(unikernel.memoryBytes()).filter(bytes -> bytes > 0),
                Optional.of(unikernel.cpus()).filter(count -> count > 0),
                Optional.of(config.execution().cmd()),
                config.execution().env(),
                Optional.of(unikernel.writableBytes()).filter(bytes -> bytes > 0),
                unikernel.klibs(),
                unikernel.kernelOptions(),
                Optional.empty());
    }

    /// The choices in the user's config file.
    public static Choices of(UserConfig config) {
        return new Choices(
                config.get("kernel").map(Choices::kernel),
                config.get("memory").map(Choices::memory),
                config.get("cpus").map(Choices::count),
                Optional.empty(),
                new TreeMap<>(),
                Optional.empty(),
                List.of(),
                new TreeMap<>(),
                Optional.empty());
    }

    /// These choices, completed by the `lower` ones. Maps merge by key. Klibs add up, because each part may
    /// need its own.
    public Choices over(Choices lower) {
        TreeSet<String> allKlibs = new TreeSet<>(klibs);
        allKlibs.addAll(lower.klibs);
        return new Choices(
                kernel.or(lower::kernel),
                memoryBytes.or(lower::memoryBytes),
                cpus.or(lower::cpus),
                arguments.or(lower::arguments),
                union(environment, lower.environment),
                writableBytes.or(lower::writableBytes),
                List.copyOf(allKlibs),
                union(kernelOptions, lower.kernelOptions),
                firmware.or(lower::firmware));
    }

    private static SortedMap<String, String> union(SortedMap<String, String> upper, SortedMap<String, String> lower) {
        TreeMap<String, String> union = new TreeMap<>(lower);
        union.putAll(upper);
        return union;
    }

    private static KernelChoice kernel(String text) {
        try {
            return KernelChoice.parse(text);
        } catch (RefusedException e) {
            throw Failure.usage("the config file sets kernel to \"" + text + "\": "
                            + e.refusal().message())
                    .next("choose another one: pkg kernel use <kernel>")
                    .causedBy(e);
        }
    }

    private static long memory(String text) {
        try {
            return Sizes.parseMemory(text);
        } catch (Failure e) {
            throw Failure.usage("the config file sets memory to \"" + text + "\": " + e.text())
                    .next("correct that line of it")
                    .causedBy(e);
        }
    }

    private static int count(String text) {
        int count = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (count < 1 || count > Guest.MAX_CPUS) {
            throw Failure.usage(
                    "the config file sets cpus to \"" + text + "\"; expected a number from 1 to " + Guest.MAX_CPUS);
        }
        return count;
    }
}
